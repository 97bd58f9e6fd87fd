internal import COneDNN

/// Batch normalisation over the channels of one shape and layout, with an optional ReLU behind it.
///
/// Shape: input and output `[N, C, H, W]` (any number of trailing dimensions); the rest `[C]`.
/// Source: `torch.nn.functional.batch_norm`.
package final class BatchNormalization {
    private let forward: Primitive
    private let backward: Primitive
    private let layout: Layout
    private let usesGivenStatistics: Bool
    private let hasScale: Bool

    /// What the backward pass needs of the forward pass.
    package struct Saved {
        let input: Tensor
        package let mean: Tensor
        package let variance: Tensor
        let scale: Tensor?
        let shift: Tensor?
        let workspace: Tensor?
        let shape: [Int]
    }

    private init(
        _ library: KernelLibrary, _ layout: Layout, shape: [Int], epsilon: Float,
        usesGivenStatistics: Bool, hasScale: Bool, withReLU: Bool
    ) throws {
        self.layout = layout
        self.usesGivenStatistics = usesGivenStatistics
        self.hasScale = hasScale
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

    /// The prepared normalisation for an input.
    package static func prepared(
        _ input: Tensor, epsilon: Float, usesGivenStatistics: Bool, hasScale: Bool, withReLU: Bool
    ) throws -> BatchNormalization {
        let library = input.device.kernels
        let flags = [usesGivenStatistics, hasScale, withReLU].map { $0 ? 1 : 0 }
        let key = KernelKey(
            "batch normalization", input.shape + flags + [Int(epsilon.bitPattern)], [input.layout])
        return try library.kernel(key) {
            try BatchNormalization(
                library, input.layout, shape: input.shape, epsilon: epsilon,
                usesGivenStatistics: usesGivenStatistics, hasScale: hasScale, withReLU: withReLU)
        }
    }

    /// Normalises, with the batch's own statistics unless some are given.
    package func forward(
        _ input: Tensor, scale: Tensor?, shift: Tensor?,
        statistics: (mean: Tensor, variance: Tensor)?
    ) throws -> (output: Tensor, saved: Saved) {
        let device = input.device
        let channels = input.shape[1]
        let mean = statistics?.mean ?? device.empty([channels])
        let variance = statistics?.variance ?? device.empty([channels])
        let output = device.empty(input.shape, layout: layout)
        let workspace = forward.workspaceLayout.map { device.empty([], layout: $0) }
        var arguments = [
            (DNNL_ARG_SRC, input), (DNNL_ARG_DST, output), (DNNL_ARG_MEAN, mean),
            (DNNL_ARG_VARIANCE, variance),
        ]
        if let scale, let shift {
            arguments += [(DNNL_ARG_SCALE, scale), (DNNL_ARG_SHIFT, shift)]
        }
        if let workspace { arguments.append((DNNL_ARG_WORKSPACE, workspace)) }
        try forward.run(arguments)
        let saved = Saved(
            input: input, mean: mean, variance: variance, scale: scale, shift: shift,
            workspace: workspace, shape: input.shape)
        return (output, saved)
    }

    /// The gradients of input, scale and shift, given that of the output.
    package func backward(_ gradient: Tensor, _ saved: Saved) throws -> (
        input: Tensor, scale: Tensor?, shift: Tensor?
    ) {
        let device = gradient.device
        let result = device.empty(saved.shape, layout: layout)
        var arguments = [
            (DNNL_ARG_SRC, saved.input), (DNNL_ARG_DIFF_DST, try gradient.laidOut(as: layout)),
            (DNNL_ARG_MEAN, saved.mean), (DNNL_ARG_VARIANCE, saved.variance),
            (DNNL_ARG_DIFF_SRC, result),
        ]
        if let workspace = saved.workspace { arguments.append((DNNL_ARG_WORKSPACE, workspace)) }
        guard let scale = saved.scale, let shift = saved.shift else {
            try backward.run(arguments)
            return (result, nil, nil)
        }
        let scaleGradient = device.empty(scale.shape)
        let shiftGradient = device.empty(scale.shape)
        // oneDNN 2.6 refuses the call without the shift, though nothing depends on it.
        arguments += [
            (DNNL_ARG_SCALE, scale), (DNNL_ARG_SHIFT, shift),
            (DNNL_ARG_DIFF_SCALE, scaleGradient), (DNNL_ARG_DIFF_SHIFT, shiftGradient),
        ]
        try backward.run(arguments)
        return (result, scaleGradient, shiftGradient)
    }
}

extension Tensor {
    /// Moves running statistics towards a batch's: `self = (1 - momentum) * self + momentum * factor * batch`.
    ///
    /// `factor` makes the batch's variance the unbiased one.
    package func moveTowards(_ batch: Tensor, momentum: Float, factor: Float) throws {
        let batch = try batch.plain()
        unsafe zip(buffer.indices, batch.buffer).forEach { place, value in
            unsafe buffer[place] = buffer[place] * (1 - momentum) + momentum * (value * factor)
        }
    }
}
