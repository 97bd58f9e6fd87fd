internal import COneDNN

/// Batch normalisation as the kernel library has it, for any layout.
final class LibraryBatchNormalization {
    private let forward: Primitive
    private let backward: Primitive

    init(
        _ library: KernelLibrary, _ layout: Layout, epsilon: Float, usesGivenStatistics: Bool,
        hasScale: Bool, withReLU: Bool
    ) throws {
        var flags: UInt32 = 0
        if usesGivenStatistics { flags |= dnnl_use_global_stats.rawValue }
        if hasScale { flags |= dnnl_use_scale.rawValue | dnnl_use_shift.rawValue }
        if withReLU { flags |= dnnl_fuse_norm_relu.rawValue }
        var data = layout.descriptor
        var operation = dnnl_batch_normalization_desc_t()
        try unsafe check(
            dnnl_batch_normalization_forward_desc_init(
                &operation, dnnl_forward_training, &data, epsilon, flags),
            "dnnl_batch_normalization_forward_desc_init")
        forward = try unsafe Primitive.make(library, &operation)
        try unsafe check(
            dnnl_batch_normalization_backward_desc_init(
                &operation, hasScale ? dnnl_backward : dnnl_backward_data, &data, &data, epsilon,
                flags),
            "dnnl_batch_normalization_backward_desc_init")
        backward = try unsafe Primitive.make(library, &operation, hint: forward)
    }

    /// Writes the output, and the batch's statistics unless they are given; what comes back belongs to
    /// the backward pass.
    func forward(
        _ operands: BatchNormalization.Operands, _ mean: Tensor, _ variance: Tensor,
        _ output: Tensor
    ) throws -> Tensor? {
        let workspace = forward.workspaceLayout.map { output.device.empty([], layout: $0) }
        var arguments = [
            (DNNL_ARG_SRC, operands.input), (DNNL_ARG_DST, output), (DNNL_ARG_MEAN, mean),
            (DNNL_ARG_VARIANCE, variance),
        ]
        if let scale = operands.scale, let shift = operands.shift {
            arguments += [(DNNL_ARG_SCALE, scale), (DNNL_ARG_SHIFT, shift)]
        }
        if let workspace { arguments.append((DNNL_ARG_WORKSPACE, workspace)) }
        try forward.run(arguments)
        return workspace
    }

    /// Writes the gradients, given that of the output.
    func backward(
        _ gradient: Tensor, _ saved: BatchNormalization.Saved,
        _ results: BatchNormalization.Gradients
    ) throws {
        var arguments = [
            (DNNL_ARG_SRC, saved.operands.input), (DNNL_ARG_DIFF_DST, gradient),
            (DNNL_ARG_MEAN, saved.mean), (DNNL_ARG_VARIANCE, saved.variance),
            (DNNL_ARG_DIFF_SRC, results.input),
        ]
        if let workspace = saved.workspace { arguments.append((DNNL_ARG_WORKSPACE, workspace)) }
        if let scale = saved.operands.scale, let shift = saved.operands.shift,
            let scaleGradient = results.scale, let shiftGradient = results.shift
        {
            // oneDNN 2.6 refuses the call without the shift, though nothing depends on it.
            arguments += [
                (DNNL_ARG_SCALE, scale), (DNNL_ARG_SHIFT, shift),
                (DNNL_ARG_DIFF_SCALE, scaleGradient), (DNNL_ARG_DIFF_SHIFT, shiftGradient),
            ]
        }
        try backward.run(arguments)
    }
}
