import Drawing
public import ImageData

/// An image with what a model says of it below.
public struct PredictionPicture {
    private let picture: Picture

    /// Draws a prediction under its image.
    ///
    /// - Parameters:
    ///   - image: The image as it was read.
    ///   - label: The predicted class, by name or number.
    ///   - score: How sure the model is, from 0 to 1.
    ///   - truth: The true class, where it is known; a wrong prediction is written in another colour.
    ///   - scale: By how much the image is enlarged; by default a small one, until the text fits.
    /// - Throws: `DrawingError` where the machine has no font.
    public init(
        _ image: Image, label: String, score: Double?, truth: String? = nil, scale: Double? = nil
    ) throws {
        guard let raster = Raster(image) else {
            throw UsageError("an image without pixels cannot be drawn")
        }
        let isWrong = truth.map { $0 != label } ?? false
        let color = isWrong ? Color(red: 0.7, green: 0.1, blue: 0) : .black
        let certainty = score.map { " (\(Self.text($0)))" } ?? ""
        var lines = [(text: "pred: \(label)\(certainty)", color: color)]
        if let truth { lines.append(("gt: \(truth)", .black)) }
        picture = try CaptionedImage(raster, lines: lines, scale: scale).picture
    }

    private static func text(_ score: Double) -> String {
        let hundredths = Int((score * 10000).rounded())
        let digits = String(hundredths % 100)
        return "\(hundredths / 100).\(digits.count < 2 ? "0" : "")\(digits)%"
    }

    /// The picture as a PNG file.
    ///
    /// Errors: throws `DrawingError`.
    public func png() throws -> [UInt8] { try picture.png() }

    /// Writes the picture to a file ending in `.png` or `.svg`, making its folders.
    ///
    /// Errors: throws `DrawingError`.
    public func write(to path: String) throws { try picture.write(to: path) }
}
