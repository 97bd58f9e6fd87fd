/// Batch normalisation over the channels of one shape and layout, with an optional ReLU behind it.
///
/// Activations whose channels lie in blocks of 16, as between convolutions, go through loops of our own,
/// which also add a residual; others through the kernel library.
/// Shape: input and output `[N, C, H, W]` (any number of trailing dimensions); the rest `[C]`.
/// Source: `torch.nn.functional.batch_norm`.
package final class BatchNormalization {
    private let layout: Layout
    private let epsilon: Float
    private let usesGivenStatistics: Bool
    private let hasScale: Bool
    private let withReLU: Bool
    private let loops: BatchNormalizationLoops?
    private let library: LibraryBatchNormalization?

    /// What is normalised, scaled and shifted.
    package struct Operands {
        let input: Tensor
        /// Scale and shift; both or neither.
        let scale, shift: Tensor?
    }

    /// What the backward pass needs of the forward pass.
    package struct Saved {
        let operands: Operands
        package let mean: Tensor
        package let variance: Tensor
        /// Of a rectified sum with a residual.
        let output: Tensor?
        let workspace: Tensor?
    }

    /// The gradients of input, scale, shift and residual, where there are such.
    package struct Gradients {
        package let input: Tensor
        package let scale, shift, residual: Tensor?
    }

    private init(
        _ input: Tensor, epsilon: Float, usesGivenStatistics: Bool, hasScale: Bool, withReLU: Bool
    ) throws {
        layout = input.layout
        self.epsilon = epsilon
        self.usesGivenStatistics = usesGivenStatistics
        self.hasScale = hasScale
        self.withReLU = withReLU
        loops = BatchNormalizationLoops(input)
        library =
            loops == nil
            ? try LibraryBatchNormalization(
                input.device.kernels, layout, epsilon: epsilon,
                usesGivenStatistics: usesGivenStatistics, hasScale: hasScale, withReLU: withReLU)
            : nil
    }

    /// The prepared normalisation for an input.
    package static func prepared(
        _ input: Tensor, epsilon: Float, usesGivenStatistics: Bool, hasScale: Bool, withReLU: Bool
    ) throws -> BatchNormalization {
        let flags = [usesGivenStatistics, hasScale, withReLU].map { $0 ? 1 : 0 }
        let key = KernelKey(
            "batch normalization", input.shape + flags + [Int(epsilon.bitPattern)], [input.layout])
        return try input.device.kernels.kernel(key) {
            try BatchNormalization(
                input, epsilon: epsilon, usesGivenStatistics: usesGivenStatistics,
                hasScale: hasScale, withReLU: withReLU)
        }
    }

    /// Whether a residual can be added on the way: before a rectifier only.
    package var addsResiduals: Bool { loops != nil && withReLU }

    /// Normalises, with the batch's own statistics unless some are given.
    ///
    /// Errors: traps for a residual where `addsResiduals` is false.
    package func forward(
        _ input: Tensor, scale: Tensor?, shift: Tensor?,
        statistics: (mean: Tensor, variance: Tensor)?, residual: Tensor? = nil
    ) throws -> (output: Tensor, saved: Saved) {
        require(residual == nil || addsResiduals, "a residual for a normalisation that adds none")
        let device = input.device
        let channels = input.shape[1]
        let mean = statistics?.mean ?? device.empty([channels])
        let variance = statistics?.variance ?? device.empty([channels])
        let output = device.empty(input.shape, layout: layout)
        let operands = Operands(input: input, scale: scale, shift: shift)
        var workspace: Tensor?
        if let loops {
            loops.forward(
                operands, mean: mean, variance: variance, hasBatchStatistics: !usesGivenStatistics,
                epsilon: epsilon, residual: try residual?.laidOut(as: layout), rectifies: withReLU,
                output: output)
        } else {
            workspace = try library?.forward(operands, mean, variance, output)
        }
        let saved = Saved(
            operands: operands, mean: mean, variance: variance,
            output: residual == nil ? nil : output, workspace: workspace)
        return (output, saved)
    }

    /// The gradients, given one or more whose sum is that of the output.
    package func backward(_ gradients: [Tensor], _ saved: Saved) throws -> Gradients {
        var gradients = try gradients.map { try $0.laidOut(as: layout) }
        while gradients.count > (loops == nil ? 1 : 2) {
            gradients[0] = try gradients[0].adding(gradients.removeLast())
        }
        let (input, device) = (saved.operands.input, saved.operands.input.device)
        func empty(like tensor: Tensor?) -> Tensor? { tensor.map { device.empty($0.shape) } }
        let results = Gradients(
            input: device.empty(input.shape, layout: layout),
            scale: empty(like: saved.operands.scale), shift: empty(like: saved.operands.shift),
            residual: saved.output.map { _ in device.empty(input.shape, layout: layout) })
        if let loops {
            loops.gradients(
                (gradients[0], gradients.count > 1 ? gradients[1] : nil), saved, epsilon: epsilon,
                hasBatchStatistics: !usesGivenStatistics, output: saved.output,
                rectifies: withReLU, results: results)
        } else {
            try library?.backward(gradients[0], saved, results)
        }
        return results
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
