extension Image {
    /// The image with one grey level a pixel, as OpenCV's decoders find it for blue, green and red.
    var asGrey: Image {
        guard channels == 3, case .uint8(let values) = pixels else { return self }
        let levels = (0..<(height * width)).map { place in
            let sum =
                1868 * Int32(values[3 * place]) + 9617 * Int32(values[3 * place + 1])
                + 4899 * Int32(values[3 * place + 2])
            return UInt8(truncatingIfNeeded: (sum + 8192) >> 14)
        }
        return Image(height: height, width: width, channels: 1, pixels: .uint8(levels))
    }

    /// The image with three channels of its one.
    var asColor: Image {
        guard channels == 1, case .uint8(let values) = pixels else { return self }
        return Image(height: height, width: width, channels: 3, pixels: .uint8(values.tripled))
    }
}
