/// How values between pixels are found.
public enum Interpolation: String, Sendable, CaseIterable {
    /// The nearest pixel.
    case nearest
    /// A line between neighbours.
    case bilinear
    /// A cubic through four neighbours.
    case bicubic
    /// The mean of the area a pixel covers.
    case area
    /// A windowed sinc over eight neighbours.
    case lanczos
}

extension Image {
    /// The image scaled to another size.
    ///
    /// Source: `cv2.resize` of OpenCV 4, whose 8-bit results it gives to the bit.
    package func resized(height: Int, width: Int, by interpolation: Interpolation) -> Image {
        if height == self.height, width == self.width { return self }
        let shrinks = height <= self.height && width <= self.width
        // At exactly half the size OpenCV takes the mean of four pixels instead of interpolating.
        let isHalf = self.height == 2 * height && self.width == 2 * width
        switch interpolation {
        case .nearest:
            return rearranged(height: height, width: width, NearestResize(height, width))
        case .area where shrinks, .bilinear where isHalf:
            return AreaResize(self, height, width).result
        case .bilinear:
            return BilinearResize(self, height, width, Neighbour.linear).result
        case .area:
            return BilinearResize(self, height, width, Neighbour.enlarging).result
        case .bicubic:
            return KernelResize(self, height, width, .cubic).result
        case .lanczos:
            return KernelResize(self, height, width, .lanczos).result
        }
    }

    /// An image with as many channels as this one.
    func like(height: Int, width: Int, _ pixels: Pixels) -> Image {
        Image(height: height, width: width, channels: channels, pixels: pixels)
    }
}

private struct NearestResize: Rearrangement {
    let height, width: Int

    init(_ height: Int, _ width: Int) { (self.height, self.width) = (height, width) }

    func callAsFunction<Value: PixelValue>(_ values: [Value], _ image: Image) -> [Value] {
        let c = image.channels
        let columns = Self.sources(image.width, width)
        var result: [Value] = []
        result.reserveCapacity(height * width * c)
        for y in Self.sources(image.height, height) {
            for x in columns {
                let start = (y * image.width + x) * c
                for place in start..<(start + c) { result.append(values[place]) }
            }
        }
        return result
    }

    private static func sources(_ from: Int, _ to: Int) -> [Int] {
        let scale = 1 / (Double(to) / Double(from))
        return (0..<to).map { min(Int((Double($0) * scale).rounded(.down)), from - 1) }
    }
}
