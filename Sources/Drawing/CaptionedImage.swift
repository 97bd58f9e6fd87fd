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
    ///   - leastWidth: Images that are narrower are enlarged by a whole number.
    /// - Throws: `DrawingError` where the machine has no font.
    public init(
        _ image: Raster, lines: [(text: String, color: Color)], leastWidth: Int = 240
    ) throws {
        let scale = max(1, (leastWidth + image.width - 1) / image.width)
        let (width, height) = (image.width * scale, image.height * scale)
        let measure = try Canvas(width: 1, height: 1, .pixels)
        let broken = try lines.flatMap { line in
            try measure.wrapped(line.text, Self.font, to: Double(width - 12)).map {
                (text: $0, color: line.color)
            }
        }
        let strip = broken.isEmpty ? 0 : Int(Self.font.lineHeight) * broken.count + 10
        picture = Picture(width: width, height: height + strip) { canvas in
            try canvas.image(
                image, in: Box(x: 0, y: 0, width: Double(width), height: Double(height)))
            for (number, line) in broken.enumerated() {
                let base = Double(height) + Double(number + 1) * Self.font.lineHeight
                try canvas.text(line.text, at: Point(6, base), Self.font, color: line.color)
            }
        }
    }
}
