internal import COneDNN

/// What a pooling makes of a window.
package enum PoolingKind: Int {
    case maximum
    /// The mean, zeros of the padding included.
    case averageWithPadding
    /// The mean of the window's part that lies in the input.
    case averageWithoutPadding

    fileprivate var algorithm: dnnl_alg_kind_t {
        switch self {
        case .maximum: dnnl_pooling_max
        case .averageWithPadding: dnnl_pooling_avg_include_padding
        case .averageWithoutPadding: dnnl_pooling_avg_exclude_padding
        }
    }
}

/// A two-dimensional pooling of one shape and layout.
///
/// Shape: input `[N, C, H, W]`, output `[N, C, H', W']`.
/// Source: `torch.nn.functional.max_pool2d`, `avg_pool2d`.
package final class Pooling {
    private let forward: Primitive
    private let backward: Primitive
    private let inputLayout: Layout
    private let inputShape: [Int]
    private let outputShape: [Int]

    private init(
        _ library: KernelLibrary, _ kind: PoolingKind, _ window: Window, input: Tensor,
        output: (height: Int, width: Int)
    ) throws {
        inputLayout = input.layout
        inputShape = input.shape
        outputShape = [input.shape[0], input.shape[1], output.height, output.width]
        let far = window.farPadding(input: (input.shape[2], input.shape[3]), output: output)
        func list(_ pair: (Int, Int)) -> [Int64] { [Int64(pair.0), Int64(pair.1)] }
        let dilation = list((window.dilation.height - 1, window.dilation.width - 1))
        var source = input.layout.descriptor
        var target = try Layout.any(outputShape, input.elementType)
        var operation = dnnl_pooling_v2_desc_t()
        try unsafe check(
            dnnl_pooling_v2_forward_desc_init(
                &operation, dnnl_forward_training, kind.algorithm, &source, &target,
                list(window.stride), list(window.kernel), dilation, list(window.padding), list(far)),
            "dnnl_pooling_v2_forward_desc_init")
        forward = try unsafe Primitive.make(library, &operation)
        target = forward.layout(dnnl_query_dst_md, shape: outputShape).descriptor
        try unsafe check(
            dnnl_pooling_v2_backward_desc_init(
                &operation, kind.algorithm, &source, &target, list(window.stride),
                list(window.kernel), dilation, list(window.padding), list(far)),
            "dnnl_pooling_v2_backward_desc_init")
        backward = try unsafe Primitive.make(library, &operation, hint: forward)
    }

    /// The prepared pooling for an input.
    ///
    /// Errors: throws `ShapeError` where no window fits.
    package static func prepared(
        _ kind: PoolingKind, _ input: Tensor, _ window: Window, roundsUp: Bool = false
    ) throws -> Pooling {
        guard input.shape.count == 4,
            let output = window.output(
                height: input.shape[2], width: input.shape[3], roundsUp: roundsUp)
        else {
            throw ShapeError(
                "pooling: input \(input.shape) is smaller than the kernel \(text(window.kernel)) "
                    + "with padding \(text(window.padding))")
        }
        let kind = try effectiveKind(kind, input.shape, window, output)
        let library = input.device.kernels
        let key = KernelKey(
            "pooling", input.shape + window.numbers + [kind.rawValue, roundsUp ? 1 : 0],
            [input.layout])
        return try library.kernel(key) {
            try Pooling(library, kind, window, input: input, output: output)
        }
    }

    /// The kind the library must compute for PyTorch's result.
    ///
    /// Of a window that hangs over the padded input PyTorch counts the part inside; the library counts
    /// it whole. Without padding, the part inside is what `averageWithoutPadding` counts.
    private static func effectiveKind(
        _ kind: PoolingKind, _ input: [Int], _ window: Window, _ output: (height: Int, width: Int)
    ) throws -> PoolingKind {
        let far = window.farPadding(input: (input[2], input[3]), output: output)
        guard kind == .averageWithPadding,
            far.0 > window.padding.height || far.1 > window.padding.width
        else { return kind }
        guard window.padding == (0, 0) else {
            throw ShapeError(
                "average pooling: ceil_mode with padding \(text(window.padding)) lets windows of "
                    + "\(text(window.kernel)) hang over the padded input \(input); set "
                    + "count_include_pad=False or ceil_mode=False")
        }
        return .averageWithoutPadding
    }

    /// Pools; the second tensor is what the backward pass needs, if anything.
    package func forward(_ input: Tensor) throws -> (output: Tensor, workspace: Tensor?) {
        let device = input.device
        let output = device.empty(
            outputShape, layout: forward.layout(dnnl_query_dst_md, shape: outputShape))
        let workspace = forward.workspaceLayout.map { device.empty([], layout: $0) }
        var arguments = [(DNNL_ARG_SRC, input), (DNNL_ARG_DST, output)]
        if let workspace { arguments.append((DNNL_ARG_WORKSPACE, workspace)) }
        try forward.run(arguments)
        return (output, workspace)
    }

    /// The gradient of the input, given that of the output.
    package func backward(_ gradient: Tensor, workspace: Tensor?) throws -> Tensor {
        let source = try gradient.laidOut(
            as: backward.layout(dnnl_query_diff_dst_md, shape: outputShape))
        let result = gradient.device.empty(inputShape, layout: inputLayout)
        var arguments = [(DNNL_ARG_DIFF_DST, source), (DNNL_ARG_DIFF_SRC, result)]
        if let workspace { arguments.append((DNNL_ARG_WORKSPACE, workspace)) }
        try backward.run(arguments)
        return result
    }
}
