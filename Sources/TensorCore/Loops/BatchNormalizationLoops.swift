internal import CVectorLoops

/// Batch normalisation of activations whose channels lie in blocks of 16, with a residual added and a
/// rectifier behind it on request: every array is read as few times as the sums allow.
struct BatchNormalizationLoops {
    private let blocks: ChannelBlocks
    private let elementType: ElementType
    private let threads: Int

    /// The loops for a tensor's layout; nil where its channels lie otherwise.
    init?(_ input: Tensor) {
        guard let blocks = input.layout.channelBlocks(input.shape) else { return nil }
        self.blocks = blocks
        elementType = input.elementType
        threads = input.device.kernels.threadCount
    }

    private var shape: batch_norm_shape {
        batch_norm_shape(
            images: blocks.images, positions: blocks.positions, blocks: blocks.blocks,
            image_step: blocks.imageStep, position_step: blocks.positionStep,
            block_step: blocks.blockStep, is_bfloat16: elementType == .bfloat16 ? 1 : 0,
            threads: Int32(threads))
    }

    private func scratch(_ shape: inout batch_norm_shape, _ device: Device) -> Storage {
        Storage(
            device,
            bytes: unsafe batch_norm_scratch(&shape) * MemoryLayout<Double>.size)
    }

    /// Writes the normalised input, plus `residual` if there is one, rectified, to `output`; with
    /// `hasBatchStatistics` it writes mean and variance, too.
    func forward(
        _ operands: BatchNormalization.Operands, mean: Tensor, variance: Tensor,
        hasBatchStatistics: Bool, epsilon: Float, residual: Tensor?, rectifies: Bool,
        output: Tensor
    ) {
        var shape = shape
        let scratch = scratch(&shape, output.device)
        var forward = unsafe batch_norm_forward(
            input: operands.input.pointer, mean: mean.pointer, variance: variance.pointer,
            has_batch_statistics: hasBatchStatistics ? 1 : 0, epsilon: epsilon,
            scale: operands.scale?.pointer, shift: operands.shift?.pointer,
            residual: residual?.pointer, rectifies: rectifies ? 1 : 0)
        unsafe batch_norm_run(
            &shape, &forward, output.pointer,
            scratch.pointer.assumingMemoryBound(to: Double.self))
    }

    /// Writes the gradients, given one or two whose sum is that of the output.
    ///
    /// `output` is that of a rectified sum with a residual, whose gradient `residualGradient` gets.
    func gradients(
        _ gradients: (Tensor, Tensor?), _ saved: BatchNormalization.Saved, epsilon: Float,
        hasBatchStatistics: Bool, output: Tensor?, rectifies: Bool,
        results: BatchNormalization.Gradients
    ) {
        var shape = shape
        let scratch = scratch(&shape, results.input.device)
        let operands = saved.operands
        var backward = unsafe batch_norm_backward(
            input: operands.input.pointer, mean: saved.mean.pointer,
            variance: saved.variance.pointer, epsilon: epsilon, scale: operands.scale?.pointer,
            shift: operands.shift?.pointer, has_batch_statistics: hasBatchStatistics ? 1 : 0,
            output: output?.pointer, rectifies: rectifies ? 1 : 0,
            gradient: gradients.0.pointer, second_gradient: gradients.1?.pointer)
        unsafe batch_norm_gradients(
            &shape, &backward, results.input.pointer, results.scale?.pointer,
            results.shift?.pointer, results.residual?.pointer,
            scratch.pointer.assumingMemoryBound(to: Double.self))
    }
}
