import ConfigCore
import TensorCore
import TrainingInterfaces

/// Steps to and from Pillow's images, which here are the same images: what remains is the order of
/// colours and the type of values.
///
/// Source: `ToPIL`, `ToNumpy` of MMClassification, `NumpyToPIL`, `PILToNumpy` of MMPretrain.
struct ChannelOrder: Transform {
    private let swaps: Bool
    private let toFloat32: Bool

    /// Reads `to_rgb`.
    init(toPillowFrom reader: inout ConfigReader) throws {
        swaps = try reader.value("to_rgb", default: false)
        toFloat32 = false
    }

    /// Reads `to_bgr` and `dtype`; the legacy step always gives fractions.
    init(fromPillowFrom reader: inout ConfigReader, _ style: PipelineStyle) throws {
        swaps = try reader.value("to_bgr", default: false)
        switch try reader.optional("dtype", as: String.self) {
        case nil: toFloat32 = style == .legacy
        case "float32": toFloat32 = true
        case "uint8": toFloat32 = false
        default: throw reader.failure("dtype", "", expected: "\"float32\" or \"uint8\"")
        }
    }

    var isRandom: Bool { false }

    func apply(to sample: inout Sample, random: inout RandomStream) throws {
        var image = try sample.requiredImage(for: "ToPIL")
        if swaps, image.channels == 3 {
            image = image.rearranged(height: image.height, width: image.width, SwapChannels())
        }
        sample.image = toFloat32 ? image.asFloat32 : image
    }
}

private struct SwapChannels: Rearrangement {
    func callAsFunction<Value: PixelValue>(_ values: [Value], _ image: Image) -> [Value] {
        var result = values
        for place in stride(from: 0, to: values.count, by: 3) { result.swapAt(place, place + 2) }
        return result
    }
}
