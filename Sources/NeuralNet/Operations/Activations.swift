import TensorCore

/// `1 / (1 + e^-x)` of every value.
///
/// Source: `torch.sigmoid`.
public func sigmoid(_ x: Variable, _ context: ForwardContext) throws -> Variable {
    try apply(.sigmoid, to: x, context)
}

/// The hyperbolic tangent of every value.
///
/// Source: `torch.tanh`.
public func tanh(_ x: Variable, _ context: ForwardContext) throws -> Variable {
    try apply(.tanh, to: x, context)
}

/// Every value times its sigmoid, also known as swish.
///
/// Source: `torch.nn.functional.silu`.
public func silu(_ x: Variable, _ context: ForwardContext) throws -> Variable {
    try apply(.silu, to: x, context)
}

/// Scales negative values by `slope`.
///
/// Source: `torch.nn.functional.leaky_relu`.
public func leakyReLU(_ x: Variable, slope: Double = 0.01, _ context: ForwardContext) throws
    -> Variable
{
    context.counter?.add(x.shape.elementCount)
    return try apply(.leakyReLU(slope: Float(slope)), to: x, context)
}

/// Replaces negative values by 0 and values above 6 by 6.
///
/// Source: `torch.nn.functional.relu6`.
public func relu6(_ x: Variable, _ context: ForwardContext) throws -> Variable {
    context.counter?.add(x.shape.elementCount)
    return try apply(.clip(low: 0, high: 6), to: x, context)
}

/// How the normal distribution in a Gaussian error linear unit is computed.
public enum GELUApproximation: String, Sendable {
    /// By the error function.
    case none
    /// By the hyperbolic tangent of a cubic.
    case tanh
}

/// Every value times the share of the normal distribution below it.
///
/// Source: `torch.nn.functional.gelu`.
public func gelu(
    _ x: Variable, approximation: GELUApproximation = .none, _ context: ForwardContext
) throws -> Variable {
    try apply(approximation == .none ? .gelu : .tanhGELU, to: x, context)
}

/// Applies a function to every value and records its derivative.
private func apply(
    _ function: ElementwiseFunction, to x: Variable, _ context: ForwardContext,
    caller: StaticString = #function
) throws -> Variable {
    let output = try x.value.applying(function)
    let kept = function.derivesFromOutput ? output : x.value
    return context.record(output, from: [x], function: caller) {
        [try kept.gradient(through: function, $0)]
    }
}
