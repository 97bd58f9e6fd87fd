/// Pixels to draw: row by row, each blue, green, red.
public struct Raster: Sendable, Equatable {
    /// The number of columns.
    public let width: Int
    /// The number of rows.
    public let height: Int
    /// The values, three a pixel.
    public let pixels: [UInt8]

    /// Wraps pixels that are in order; nil where their number does not fit the size, or there are none.
    public init?(width: Int, height: Int, pixels: [UInt8]) {
        guard width > 0, height > 0, pixels.count == 3 * width * height else { return nil }
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// The pixels as a picture of their own.
    public var picture: Picture {
        Picture(width: width, height: height) { canvas in
            try canvas.image(
                self, in: Box(x: 0, y: 0, width: Double(width), height: Double(height)))
        }
    }

    /// The colour of a pixel.
    public func color(x: Int, y: Int) -> Color {
        let place = 3 * (y * width + x)
        return Color(
            red: Double(pixels[place + 2]) / 255, green: Double(pixels[place + 1]) / 255,
            blue: Double(pixels[place]) / 255)
    }
}
