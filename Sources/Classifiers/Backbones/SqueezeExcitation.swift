import NeuralNet
import TensorCore

/// Weighs channels by what their means say together.
///
/// Source: `SELayer` in MMClassification 0.x; Hu et al., arXiv:1709.01507.
struct SqueezeExcitation: Layer {
    private let squeeze: ConvModule
    private let excite: ConvModule

    /// A layer whose middle has the channels divided by `ratio`, rounded to a multiple of 8.
    init(_ channels: Int, ratio: Int, device: Device, generator: TorchGenerator) throws {
        let middle = divisibleCount(Double(channels / ratio), by: 8)
        squeeze = try ConvModule(
            channels, middle, kernel: 1, norm: nil, device: device, generator: generator)
        excite = try ConvModule(
            middle, channels, kernel: 1, norm: nil, activation: .sigmoid, device: device,
            generator: generator)
    }

    var members: Members { ["conv1": .module(squeeze), "conv2": .module(excite)] }

    func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        let weights = try excite(squeeze(globalAveragePool2d(x, context), context), context)
        return try multiplyChannels(x, by: weights, context)
    }
}

/// The multiple of `divisor` nearest to a number of channels, at least `divisor`, and not below nine
/// tenths of the number.
///
/// Source: `make_divisible` in MMClassification 0.x.
func divisibleCount(_ value: Double, by divisor: Int) -> Int {
    let nearest = Int(value + Double(divisor) / 2) / divisor * divisor
    let count = max(divisor, nearest)
    return Double(count) < 0.9 * value ? count + divisor : count
}
