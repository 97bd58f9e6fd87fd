/// An image with lines of text below it, where they hide nothing.
public struct CaptionedImage {
    /// The image with its text.
    public let picture: Picture

    private static let font = Font(size: 14)

    /// Writes lines below an image; long ones are broken.
    ///
    /// - Parameters:
    ///   - image: The image.
    ///   - lines: The text, with the colour of each line.
    ///   - leastWidth: Images that are narrower are enlarged by a whole number, where `scale` is nil.
    ///   - scale: By how much the image is enlarged; the text keeps its width.
    /// - Throws: `DrawingError` where the machine has no font.
    public init(
        _ image: Raster, lines: [(text: String, color: Color)], leastWidth: Int = 240,
        scale: Double? = nil
    ) throws {
        let factor =
            scale ?? Double(max(1, (leastWidth + image.width - 1) / max(1, image.width)))
        let shown = max(1, Int((Double(image.width) * factor).rounded()))
        let width = max(shown, leastWidth)
        let height = max(1, Int((Double(image.height) * factor).rounded()))
        let measure = try Canvas(width: 1, height: 1, .pixels)
        let broken = try lines.flatMap { line in
            try measure.wrapped(line.text, Self.font, to: Double(width - 12)).map {
                (text: $0, color: line.color)
            }
        }
        let strip = broken.isEmpty ? 0 : Int(Self.font.lineHeight) * broken.count + 10
        picture = Picture(width: width, height: height + strip) { canvas in
            try canvas.image(
                image, in: Box(x: 0, y: 0, width: Double(shown), height: Double(height)))
            for (number, line) in broken.enumerated() {
                let base = Double(height) + Double(number + 1) * Self.font.lineHeight
                try canvas.text(line.text, at: Point(6, base), Self.font, color: line.color)
            }
        }
    }
}
