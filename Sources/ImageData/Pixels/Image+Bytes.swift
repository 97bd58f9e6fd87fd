extension Image {
    /// The values as bytes, which operations on brightness levels need.
    func bytes(for transform: String) throws -> [UInt8] {
        guard case .uint8(let values) = pixels else {
            throw TransformError(
                transform,
                "the image holds fractions, not bytes; put it before Normalize and load without "
                    + "to_float32")
        }
        return values
    }

    /// An image of this size with other bytes.
    func with(_ bytes: [UInt8]) -> Image {
        Image(height: height, width: width, channels: channels, pixels: .uint8(bytes))
    }

    /// One value a channel: the values given, or the single one for all.
    func perChannel<Value>(_ values: [Value], for transform: String, key: String) throws -> [Value]
    {
        if values.count == channels { return values }
        guard values.count == 1 || channels == 1 else {
            throw TransformError(
                transform,
                "\(key) has \(values.count) values for an image of \(channels) channels")
        }
        return [Value](repeating: values[0], count: channels)
    }
}

/// The whole number nearest to a value below 2^22, halves to the even one.
@inline(__always)
func nearest(_ value: Float) -> Float { (value + 0x1.8p23) - 0x1.8p23 }
