internal import COneDNN

/// A function of one number that is applied to every value of a tensor.
package enum ElementwiseFunction: Sendable, Hashable {
    /// `1 / (1 + e^-x)`.
    case sigmoid
    case tanh
    /// `x · sigmoid(x)`.
    case silu
    /// `x · Φ(x)`, with the normal distribution's Φ.
    case gelu
    /// The same with `0.5 · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))` for Φ.
    case tanhGELU
    /// `x` above 0, `slope · x` elsewhere.
    case leakyReLU(slope: Float)
    /// `x` cut to a range.
    case clip(low: Float, high: Float)
    /// `factor · x + shift`.
    case linear(factor: Float, shift: Float)

    /// Whether the derivative is computed from the result instead of from the argument.
    package var derivesFromOutput: Bool {
        switch self {
        case .sigmoid, .tanh: true
        case .silu, .gelu, .tanhGELU, .leakyReLU, .clip, .linear: false
        }
    }

    /// The library's name of the function, and its two parameters.
    fileprivate var form: (algorithm: dnnl_alg_kind_t, alpha: Float, beta: Float) {
        switch self {
        case .sigmoid: (dnnl_eltwise_logistic_use_dst_for_bwd, 0, 0)
        case .tanh: (dnnl_eltwise_tanh_use_dst_for_bwd, 0, 0)
        case .silu: (dnnl_eltwise_swish, 1, 0)
        case .gelu: (dnnl_eltwise_gelu_erf, 0, 0)
        case .tanhGELU: (dnnl_eltwise_gelu_tanh, 0, 0)
        // Without a slope the library's kernel turns NaN into 0; its exponential unit does not.
        case .leakyReLU(slope: 0): (dnnl_eltwise_elu, 0, 0)
        case .leakyReLU(let slope): (dnnl_eltwise_relu, slope, 0)
        case .clip(let low, let high): (dnnl_eltwise_clip_v2, low, high)
        case .linear(let factor, let shift): (dnnl_eltwise_linear, factor, shift)
        }
    }
}

/// A function prepared for tensors of one layout.
private final class ElementwiseKernel {
    let forward: Primitive
    let backward: Primitive

    init(_ library: KernelLibrary, _ function: ElementwiseFunction, _ layout: Layout) throws {
        let (algorithm, alpha, beta) = function.form
        var data = layout.descriptor
        var operation = dnnl_eltwise_desc_t()
        try unsafe check(
            dnnl_eltwise_forward_desc_init(
                &operation, dnnl_forward_training, algorithm, &data, alpha, beta),
            "dnnl_eltwise_forward_desc_init")
        forward = try unsafe Primitive.make(library, &operation)
        try unsafe check(
            dnnl_eltwise_backward_desc_init(&operation, algorithm, &data, &data, alpha, beta),
            "dnnl_eltwise_backward_desc_init")
        backward = try unsafe Primitive.make(library, &operation, hint: forward)
    }

    static func prepared(_ function: ElementwiseFunction, _ tensor: Tensor) throws
        -> ElementwiseKernel
    {
        let library = tensor.device.kernels
        let (algorithm, alpha, beta) = function.form
        let numbers = [Int(algorithm.rawValue), Int(alpha.bitPattern), Int(beta.bitPattern)]
        return try library.kernel(KernelKey("elementwise", numbers, [tensor.layout])) {
            try ElementwiseKernel(library, function, tensor.layout)
        }
    }
}

extension Tensor {
    /// The function of every value.
    package func applying(_ function: ElementwiseFunction) throws -> Tensor {
        let output = device.empty(shape, layout: layout)
        let kernel = try ElementwiseKernel.prepared(function, self)
        try kernel.forward.run([(DNNL_ARG_SRC, self), (DNNL_ARG_DST, output)])
        return output
    }

    /// The gradient of the function's argument, given that of its result.
    ///
    /// This tensor is the function's result or its argument, as `derivesFromOutput` says.
    package func gradient(through function: ElementwiseFunction, _ gradient: Tensor) throws
        -> Tensor
    {
        let kept = function.derivesFromOutput ? DNNL_ARG_DST : DNNL_ARG_SRC
        let result = device.empty(shape, layout: layout)
        try ElementwiseKernel.prepared(function, self).backward.run([
            (kept, self), (DNNL_ARG_DIFF_DST, try gradient.laidOut(as: layout)),
            (DNNL_ARG_DIFF_SRC, result),
        ])
        return result
    }
}
