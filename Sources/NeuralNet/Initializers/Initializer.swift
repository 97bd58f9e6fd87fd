import Foundation
public import TensorCore

/// How a weight gets its first values.
///
/// Source: `torch.nn.init` and MMCV's `init_cfg` types.
public enum Initializer: Sendable, Equatable {
    /// Which count a variance-keeping initialiser divides by.
    public enum FanMode: String, Sendable {
        case fanIn = "fan_in"
        case fanOut = "fan_out"
    }

    /// What values are drawn from.
    public enum Distribution: String, Sendable {
        case normal
        case uniform
    }

    case constant(Double)
    case normal(mean: Double, deviation: Double)
    case uniform(low: Double, high: Double)
    /// The normal distribution between two bounds.
    case truncatedNormal(mean: Double, deviation: Double, low: Double, high: Double)
    /// Keeps the variance through a leaky rectifier of slope `slope`; 0 is ReLU.
    case kaiming(slope: Double, mode: FanMode, distribution: Distribution)
    case xavier(gain: Double, distribution: Distribution)

    /// Gives a parameter its values, drawing from the generator as PyTorch does.
    public func apply(to parameter: Parameter, _ generator: TorchGenerator) throws {
        let shape = parameter.value.shape
        let count = shape.elementCount
        switch self {
        case .constant(let value):
            try parameter.assign([Float](repeating: Float(value), count: count))
        case .normal(let mean, let deviation):
            try parameter.assign(
                generator.normal(
                    count: count, mean: Float(mean), standardDeviation: Float(deviation)))
        case .uniform(let low, let high):
            try parameter.assign(
                generator.uniform(count: count, from: Float(low), to: Float(high)))
        case .truncatedNormal(let mean, let deviation, let low, let high):
            // Uniform numbers go through the inverse of the distribution.
            func share(_ bound: Double) -> Float {
                Float(erf((bound - mean) / deviation / 2.0.squareRoot()))
            }
            let uniform = generator.uniform(count: count, from: share(low), to: share(high))
            let factor = Float(deviation * 2.0.squareRoot())
            try parameter.assign(
                uniform.map {
                    min(max(inverseErf($0) * factor + Float(mean), Float(low)), Float(high))
                })
        case .kaiming(let slope, let mode, let distribution):
            let fan = mode == .fanIn ? Self.fans(shape).input : Self.fans(shape).output
            let gain = (2 / (1 + slope * slope)).squareRoot()
            try Self.scaled(gain / Double(fan).squareRoot(), distribution)
                .apply(to: parameter, generator)
        case .xavier(let gain, let distribution):
            let (input, output) = Self.fans(shape)
            try Self.scaled(gain * (2 / Double(input + output)).squareRoot(), distribution)
                .apply(to: parameter, generator)
        }
    }

    private static func scaled(_ deviation: Double, _ distribution: Distribution) -> Initializer {
        switch distribution {
        case .normal: .normal(mean: 0, deviation: deviation)
        case .uniform:
            .uniform(low: -3.0.squareRoot() * deviation, high: 3.0.squareRoot() * deviation)
        }
    }

    /// How many values flow into and out of one element, for weights of two dimensions or more.
    private static func fans(_ shape: [Int]) -> (input: Int, output: Int) {
        let field = shape.dropFirst(2).reduce(1, *)
        let input = shape.count > 1 ? shape[1] : shape.first ?? 1
        return (max(1, input * field), max(1, (shape.first ?? 1) * field))
    }
}

/// The number whose error function is `y`: Winitzki's approximation, then Newton's steps.
private func inverseErf(_ y: Float) -> Float {
    let y = Double(y)
    guard abs(y) < 1 else { return y.sign == .minus ? -.infinity : .infinity }
    let a = 0.147
    let logarithm = log1p(-y * y)
    let half = 2 / (.pi * a) + logarithm / 2
    var x = ((half * half - logarithm / a).squareRoot() - half).squareRoot()
    x = y < 0 ? -x : x
    for _ in 0..<3 { x -= (erf(x) - y) * Double.pi.squareRoot() / 2 * exp(x * x) }
    return Float(x)
}
