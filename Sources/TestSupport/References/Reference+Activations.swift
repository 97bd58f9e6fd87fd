import Foundation

extension Reference {
    /// A function of one number, and its derivative.
    package struct Activation: Sendable {
        package let value: @Sendable (Double) -> Double
        package let slope: @Sendable (Double) -> Double
    }

    private static func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// `1 / (1 + e^-x)`.
    package static let sigmoid = Activation(
        value: logistic, slope: { logistic($0) * (1 - logistic($0)) })

    /// The hyperbolic tangent.
    package static let tanh = Activation(
        value: { Foundation.tanh($0) }, slope: { 1 - pow(Foundation.tanh($0), 2) })

    /// `x · sigmoid(x)`.
    package static let silu = Activation(
        value: { $0 * logistic($0) },
        slope: { logistic($0) * (1 + $0 * (1 - logistic($0))) })

    /// `x · Φ(x)`.
    package static let gelu = Activation(
        value: { $0 * 0.5 * (1 + erf($0 / 2.0.squareRoot())) },
        slope: {
            0.5 * (1 + erf($0 / 2.0.squareRoot()))
                + $0 * exp(-0.5 * $0 * $0) / (2 * Double.pi).squareRoot()
        })

    /// `3x` cut to 0 and 6.
    package static let clippedTriple = Activation(
        value: { min(max(3 * $0, 0), 6) }, slope: { 0 < $0 && $0 < 2 ? 3 : 0 })

    /// The same with a hyperbolic tangent for Φ.
    package static let tanhGELU = Activation(
        value: { $0 * 0.5 * (1 + Foundation.tanh(cubic($0))) },
        slope: {
            let t = Foundation.tanh(cubic($0))
            let inner = (2 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * $0 * $0)
            return 0.5 * (1 + t) + 0.5 * $0 * (1 - t * t) * inner
        })

    private static func cubic(_ x: Double) -> Double {
        (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
    }

    /// `x` above 0, `slope · x` elsewhere.
    package static func leakyReLU(slope: Double) -> Activation {
        Activation(value: { $0 > 0 ? $0 : slope * $0 }, slope: { $0 > 0 ? 1 : slope })
    }

    /// `factor · x + shift`.
    package static func linear(factor: Double, shift: Double) -> Activation {
        Activation(value: { factor * $0 + shift }, slope: { _ in factor })
    }
}
