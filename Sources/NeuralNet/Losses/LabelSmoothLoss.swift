import TensorCore

/// The cross entropy with targets that leave a little to the wrong classes.
///
/// Source: `LabelSmoothLoss` in MMClassification 0.x and MMPretrain.
public struct LabelSmoothLoss: Sendable {
    /// How the share of the wrong classes is spread.
    public enum Mode: String, Sendable, CaseIterable {
        /// Evenly over all classes, the right one included.
        case original
        /// The same with a share that is smaller by the factor `1 / (1 + value)`.
        case classyVision = "classy_vision"
        /// The right class has the rest, each other one the whole share, behind sigmoids.
        case multiLabel = "multi_label"
    }

    /// How much is left to the wrong classes, from 0 to below 1.
    public var value: Double
    /// How many classes there must be; nil takes what the scores have.
    public var classCount: Int?
    /// How the share is spread.
    public var mode: Mode
    /// Whether scores go through a sigmoid each; nil goes by the mode.
    public var useSigmoid: Bool?
    /// A factor on each class.
    public var classWeight: [Float]?
    /// A factor on the positive part of each class, with the sigmoid only.
    public var positiveWeight: [Float]?

    /// A loss that leaves `value` to the wrong classes.
    public init(_ value: Double, mode: Mode = .original, classCount: Int? = nil) {
        self.value = value
        self.mode = mode
        self.classCount = classCount
    }

    /// The mean loss of `scores` as a variable.
    ///
    /// Shape: `scores` is `[N, K]`; the result is a scalar.
    /// Units: nats.
    /// Errors: throws `LabelError` for a label outside `0..<K`, `ShapeError` where shapes disagree.
    public func callAsFunction(
        _ scores: Variable, _ targets: ClassTargets, sampleWeight: [Float]? = nil,
        averageFactor: Double? = nil, _ context: ForwardContext
    ) throws -> Variable {
        guard scores.shape.count == 2 else {
            throw ShapeError("label smoothing: scores \(scores.shape) must be [N, K]")
        }
        let classes = scores.shape[1]
        if let classCount, classCount != classes {
            throw ShapeError(
                "label smoothing: scores \(scores.shape) have \(classes) classes, num_classes is "
                    + "\(classCount)")
        }
        var shares = try targets.shares(count: scores.shape[0], classes: classes)
        for place in shares.indices { shares[place] = smoothed(shares[place], classes) }
        var entropy = CrossEntropyLoss()
        entropy.useSigmoid = useSigmoid ?? (mode == .multiLabel)
        entropy.useSoft = !entropy.useSigmoid
        entropy.classWeight = classWeight
        entropy.positiveWeight = positiveWeight
        return try entropy(
            scores, .shares(PlainTensor(shares, shape: scores.shape)), sampleWeight: sampleWeight,
            averageFactor: averageFactor, context)
    }

    private func smoothed(_ share: Float, _ classes: Int) -> Float {
        switch mode {
        case .original: spread(share, value, classes)
        case .classyVision: spread(share, value / (1 + value), classes)
        case .multiLabel: Float(share > 0 ? 1 - value : value)
        }
    }

    private func spread(_ share: Float, _ value: Double, _ classes: Int) -> Float {
        share * Float(1 - value) + Float(value / Double(classes))
    }
}

extension ClassTargets {
    /// The targets as rows of shares: labels become rows with a single 1.
    ///
    /// Errors: throws `LabelError` for a label outside `0..<classes`, `ShapeError` where the shape is
    /// another.
    func shares(count: Int, classes: Int) throws -> [Float] {
        switch self {
        case .shares(let shares):
            guard shares.shape == [count, classes] else {
                throw ShapeError(
                    "label smoothing: targets \(shares.shape) for scores \([count, classes])")
            }
            return shares.floats
        case .labels(let labels):
            guard labels.count == count else {
                throw ShapeError(
                    "label smoothing: \(labels.count) labels for scores \([count, classes])")
            }
            var shares = [Float](repeating: 0, count: count * classes)
            for (row, label) in labels.enumerated() {
                guard let label = Int(exactly: label), 0..<classes ~= label else {
                    throw LabelError.outside(label, row: row, classes: classes)
                }
                shares[row * classes + label] = 1
            }
            return shares
        }
    }
}

extension LabelError {
    /// A label that is none of the classes.
    static func outside(_ label: Int64, row: Int, classes: Int) -> LabelError {
        LabelError(
            "label \(label) of sample \(row) in the batch is not one of the \(classes) classes 0 to "
                + "\(classes - 1)")
    }
}
