internal import CVectorLoops

/// The gradient of a convolution's weight in products on the processor's matrix tiles, from bfloat16
/// activations whose channels lie last.
final class TiledWeightGradient: ConvolutionKernel {
    private let shape: weight_gradient_shape
    private let scratchBytes: Int
    let layouts: (input: Layout, weight: Layout, output: Layout)

    /// Nil for numbers of channels that do not fill tiles, and for large kernels.
    init?(_ problem: ConvolutionProblem, _ library: KernelLibrary) {
        let (input, output, window) = (problem.input, problem.output, problem.window)
        var shape = weight_gradient_shape(
            images: input[0], channels: input[1], filters: output[1], input: (input[2], input[3]),
            output: (output[2], output[3]), kernel: window.kernel, stride: window.stride,
            padding: window.padding, dilation: window.dilation, threads: Int32(library.threadCount))
        scratchBytes = unsafe weight_gradient_scratch(&shape)
        guard scratchBytes > 0 else { return nil }
        self.shape = shape
        layouts = (
            library.channelsLast(input, .bfloat16), library.plainLayout(problem.weight),
            library.channelsLast(output, .bfloat16)
        )
    }

    let implementation = "tiles:avx512_core_amx_bf16"

    func run(input: Tensor, weight: Tensor, output: Tensor, bias: Tensor?) throws {
        require(bias == nil, "matrix tiles make no gradient of a bias")
        let library = input.device.kernels
        let scratch = Storage(input.device, bytes: scratchBytes)
        var shape = shape
        library.setThreadCount()
        let start = library.recorder == nil ? 0 : OperationRecorder.now
        unsafe weight_gradient_run(
            &shape, UnsafeRawPointer(input.pointer).assumingMemoryBound(to: UInt16.self),
            UnsafeRawPointer(output.pointer).assumingMemoryBound(to: UInt16.self), weight.pointer,
            scratch.pointer)
        library.recorder?.add("convolution backward_weights", .kernel, from: start)
    }
}
