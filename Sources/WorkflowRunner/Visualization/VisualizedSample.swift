import Drawing

/// An image's classes, and what a model said of it.
public struct VisualizedSample: Sendable {
    /// What is drawn of a sample.
    public struct Options: Sendable {
        /// Whether the true classes are written.
        public var drawsTruth = true
        /// Whether the prediction is written.
        public var drawsPrediction = true
        /// Whether the prediction's scores are written with it.
        public var drawsScore = true
        /// By what the image's sides are multiplied; nil enlarges small images.
        public var scale: Double?

        /// MMPretrain's options.
        public init() {}
    }

    /// The true classes; nil where they are not known.
    public let truth: [Int]?
    /// The predicted classes.
    public let predicted: [Int]
    /// The score of each class.
    public let scores: [Double]
    /// Names of the classes, where they have any.
    public let classNames: [String]?

    /// A sample.
    public init(truth: [Int]?, predicted: [Int], scores: [Double], classNames: [String]? = nil) {
        self.truth = truth
        self.predicted = predicted
        self.scores = scores
        self.classNames = classNames
    }

    /// The image with the classes below.
    func picture(on image: Raster, _ options: Options) throws -> Picture {
        var lines: [(text: String, color: Color)] = []
        if options.drawsTruth, let truth {
            lines.append(("Ground truth: \(text(truth, withScores: false))", .black))
        }
        if options.drawsPrediction {
            lines.append(
                ("Prediction: \(text(predicted, withScores: options.drawsScore))", .black))
        }
        guard let scale = options.scale else {
            return try CaptionedImage(image, lines: lines).picture
        }
        let (width, height) = (Double(image.width) * scale, Double(image.height) * scale)
        let scaled = Picture(width: max(1, Int(width)), height: max(1, Int(height))) { canvas in
            try canvas.image(image, in: Box(x: 0, y: 0, width: width, height: height))
        }
        return try CaptionedImage(scaled.raster(), lines: lines, leastWidth: 1).picture
    }

    private func text(_ classes: [Int], withScores: Bool) -> String {
        guard !classes.isEmpty else { return "none" }
        return classes.map { place in
            let name = classNames.flatMap { $0.indices.contains(place) ? $0[place] : nil }
            let label = name.map { "\(place) (\($0))" } ?? "\(place)"
            guard withScores, scores.indices.contains(place) else { return label }
            return "\(label), \(PythonText.fixed(scores[place], digits: 2))"
        }.joined(separator: "; ")
    }
}
