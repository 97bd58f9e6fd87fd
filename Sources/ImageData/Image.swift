public import TensorCore

/// The pixels of a picture, row by row, channels together, colours as blue, green, red.
///
/// A grey image has one channel; as an array its shape is `[H, W]`, as OpenCV's is.
public struct Image: Sendable, Equatable {
    /// The values, in one of the two types that pipelines use.
    public enum Pixels: Sendable, Equatable {
        case uint8([UInt8])
        case float32([Float])

        /// How many values there are.
        public var count: Int {
            switch self {
            case .uint8(let values): values.count
            case .float32(let values): values.count
            }
        }
    }

    /// The number of rows.
    public let height: Int
    /// The number of columns.
    public let width: Int
    /// The number of values a pixel.
    public let channels: Int
    /// The values: `height * width * channels` of them.
    public let pixels: Pixels

    /// Wraps pixels that are already in order.
    ///
    /// Errors: traps when the count does not fit the size.
    public init(height: Int, width: Int, channels: Int, pixels: Pixels) {
        require(
            pixels.count == height * width * channels,
            "\(pixels.count) values do not fill an image of \(height)x\(width)x\(channels)")
        self.height = height
        self.width = width
        self.channels = channels
        self.pixels = pixels
    }

    /// Reads an array of shape `[H, W]` or `[H, W, C]`; nil for other shapes and integer types.
    public init?(_ array: PlainTensor) {
        guard array.shape.count == 2 || array.shape.count == 3 else { return nil }
        switch array.elements {
        case .uint8(let values): pixels = .uint8(values)
        case .float32(let values): pixels = .float32(values)
        case .int64: return nil
        }
        height = array.shape[0]
        width = array.shape[1]
        channels = array.shape.count == 3 ? array.shape[2] : 1
    }

    /// The shape as an array: `[H, W, C]`, or `[H, W]` with one channel.
    public var shape: [Int] { channels == 1 ? [height, width] : [height, width, channels] }

    /// The pixels as an array of that shape.
    public var array: PlainTensor {
        switch pixels {
        case .uint8(let values): PlainTensor(values, shape: shape)
        case .float32(let values): PlainTensor(values, shape: shape)
        }
    }

    /// The same pixels as single-precision values.
    public var asFloat32: Image {
        guard case .uint8(let values) = pixels else { return self }
        return Image(
            height: height, width: width, channels: channels,
            pixels: .float32(values.map(Float.init)))
    }
}

/// A type of pixel value.
package protocol PixelValue: Sendable, BitwiseCopyable, Equatable {
    /// The value nearest to a number of the config.
    init(clamping number: Double)
    static var zero: Self { get }
}

extension UInt8: PixelValue {
    package init(clamping number: Double) {
        self = UInt8(Swift.min(Swift.max(number.rounded(.toNearestOrEven), 0), 255))
    }
}

extension Float: PixelValue {
    package init(clamping number: Double) { self = Float(number) }
}

extension Image {
    /// The image of another size that `body` makes of the values, whatever their type.
    func rearranged(height: Int, width: Int, _ body: some Rearrangement) -> Image {
        let moved: Pixels =
            switch pixels {
            case .uint8(let values): .uint8(body(values, self))
            case .float32(let values): .float32(body(values, self))
            }
        return Image(height: height, width: width, channels: channels, pixels: moved)
    }
}

/// Something that puts pixel values of any type in other places.
protocol Rearrangement {
    func callAsFunction<Value: PixelValue>(_ values: [Value], _ image: Image) -> [Value]
}
