public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Turns images into arrays of shape `[C, H, W]`, as models take them.
///
/// Source: `ImageToTensor` of MMClassification.
public struct ImageToTensor: Transform {
    private let keys: [String]

    /// Converts the images of these names.
    public init(keys: [String]) { self.keys = keys }

    /// Reads `keys`.
    public init(from reader: inout ConfigReader) throws { keys = try reader.required("keys") }

    /// Draws nothing.
    public var isRandom: Bool { false }

    /// Moves the channels to the front.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        for key in keys {
            let image = try sample.requiredImage(for: "ImageToTensor", under: key)
            sample[key] = .array(Self.channelsFirst(image))
        }
    }

    static func channelsFirst(_ image: Image) -> PlainTensor {
        let shape = [image.channels, image.height, image.width]
        return switch image.pixels {
        case .uint8(let values): PlainTensor(planes(values, image.channels), shape: shape)
        case .float32(let values): PlainTensor(planes(values, image.channels), shape: shape)
        }
    }

    private static func planes<Value: PixelValue>(_ values: [Value], _ channels: Int) -> [Value] {
        if channels == 1 { return values }
        let size = values.count / channels
        return unsafe [Value](unsafeUninitializedCapacity: values.count) { result, filled in
            unsafe values.withUnsafeBufferPointer { values in
                for channel in 0..<channels {
                    var from = channel
                    for place in (channel * size)..<((channel + 1) * size) {
                        unsafe result[place] = values[from]
                        from += channels
                    }
                }
            }
            filled = values.count
        }
    }
}

/// Turns numbers and lists of numbers into arrays.
///
/// Source: `ToTensor` of MMClassification.
public struct ToTensor: Transform {
    private let keys: [String]

    /// Converts the parts of these names.
    public init(keys: [String]) { self.keys = keys }

    /// Reads `keys`.
    public init(from reader: inout ConfigReader) throws { keys = try reader.required("keys") }

    /// Draws nothing.
    public var isRandom: Bool { false }

    /// Converts; arrays stay as they are.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        for key in keys {
            guard let value = sample[key] else {
                throw TransformError("ToTensor", "the sample has no \"\(key)\"")
            }
            guard let array = Self.array(value) else {
                throw TransformError("ToTensor", "\"\(key)\" is neither a number nor an array")
            }
            sample[key] = .array(array)
        }
    }

    private static func array(_ value: DataValue) -> PlainTensor? {
        switch value {
        case .array(let array): return array
        case .int(let number): return PlainTensor([Int64(number)], shape: [1])
        case .double(let number): return PlainTensor([Float(number)], shape: [1])
        case .list(let values), .tuple(let values):
            let integers = values.compactMap {
                if case .int(let number) = $0 { Int64(number) } else { nil }
            }
            if integers.count == values.count {
                return PlainTensor(integers, shape: [values.count])
            }
            let numbers = values.compactMap { value in
                switch value {
                case .int(let number): Float(number)
                case .double(let number): Float(number)
                default: nil
                }
            }
            return numbers.count == values.count ? PlainTensor(numbers, shape: [values.count]) : nil
        default: return nil
        }
    }
}
