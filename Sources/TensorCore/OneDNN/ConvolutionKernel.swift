internal import COneDNN

/// A prepared pass of a convolution.
///
/// Every pass has the same operands, or gradients in their places: forward makes an output, the backward
/// passes make the gradient of an input or of a weight (and bias) from that of an output.
protocol ConvolutionKernel: AnyObject {
    /// A name for reports, such as `jit:avx512_core`.
    var implementation: String { get }
    /// How input, weight and output (or their gradients) must lie.
    var layouts: (input: Layout, weight: Layout, output: Layout) { get }
    /// The weight as `run` takes it in passes that read it.
    func prepared(_ weight: Tensor, _ copies: KernelCopies?) throws -> Tensor
    /// Computes the pass; `bias` is its gradient in the pass that makes the weight's.
    func run(input: Tensor, weight: Tensor, output: Tensor, bias: Tensor?) throws
}

extension ConvolutionKernel {
    func prepared(_ weight: Tensor, _ copies: KernelCopies?) throws -> Tensor {
        try copies?.copy(of: weight, as: layouts.weight) ?? weight.laidOut(as: layouts.weight)
    }
}

/// A pass by one primitive of the kernel library.
final class LibraryConvolution: ConvolutionKernel {
    let primitive: Primitive
    let layouts: (input: Layout, weight: Layout, output: Layout)
    private let arguments: (input: Int32, weight: Int32, output: Int32, bias: Int32)

    init(_ problem: ConvolutionProblem, _ pass: ConvolutionPass, _ primitive: Primitive) {
        self.primitive = primitive
        let queries: (dnnl_query_t, dnnl_query_t, dnnl_query_t)
        switch pass {
        case .forward:
            queries = (dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md)
            arguments = (DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_BIAS)
        case .backwardData:
            queries = (dnnl_query_diff_src_md, dnnl_query_weights_md, dnnl_query_diff_dst_md)
            arguments = (DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST, DNNL_ARG_BIAS)
        case .backwardWeights:
            queries = (dnnl_query_src_md, dnnl_query_diff_weights_md, dnnl_query_diff_dst_md)
            arguments = (
                DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_BIAS
            )
        }
        layouts = (
            primitive.layout(queries.0, shape: problem.input),
            primitive.layout(queries.1, shape: problem.weight),
            primitive.layout(queries.2, shape: problem.output)
        )
    }

    var implementation: String { primitive.implementation }

    func run(input: Tensor, weight: Tensor, output: Tensor, bias: Tensor?) throws {
        var list = [
            (arguments.input, input), (arguments.weight, weight), (arguments.output, output),
        ]
        if let bias { list.append((arguments.bias, bias)) }
        try primitive.run(list)
    }
}

extension ConvolutionProblem {
    /// The kernel of a pass; nil where there is none for that algorithm.
    func kernel(
        _ pass: ConvolutionPass, _ algorithm: ConvolutionAlgorithm, _ library: KernelLibrary,
        hint: Primitive?
    ) throws -> (any ConvolutionKernel)? {
        guard allows(algorithm, pass, library) else { return nil }
        switch algorithm {
        case .wholeImage: return try WholeImageConvolution(self, pass, library)
        case .matrixTiles: return TiledWeightGradient(self, library)
        case .transposed: return try TransposedConvolution(self, library)
        case .direct, .winograd, .im2col:
            return try primitive(pass, algorithm, library, hint: hint).map {
                LibraryConvolution(self, pass, $0)
            }
        }
    }
}
