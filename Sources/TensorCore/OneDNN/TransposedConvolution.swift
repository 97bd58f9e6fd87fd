internal import COneDNN

/// The gradient of the input of a 1×1 convolution, as a forward convolution with the transposed weight.
///
/// The library's forward kernels are faster than its backward ones. Where windows lie further apart, the
/// result is spread over the input's grid, with zeros between.
final class TransposedConvolution: ConvolutionKernel {
    private let primitive: Primitive
    private let problem: ConvolutionProblem
    /// The primitive's own view of the weight, `[C, K, 1, 1]`.
    private let primitiveWeight: Layout
    /// The layout of the result before it is spread.
    private let dense: Layout
    let layouts: (input: Layout, weight: Layout, output: Layout)

    /// Nil where the library's layouts do not allow it.
    init?(_ problem: ConvolutionProblem, _ library: KernelLibrary) throws {
        let (input, output) = (problem.input, problem.output)
        let transposed = ConvolutionProblem(
            input: output, weight: [input[1], output[1], 1, 1],
            output: [output[0], input[1], output[2], output[3]], window: Window(kernel: (1, 1)),
            hasBias: false, elementType: problem.elementType)
        let primitive = try transposed.primitive(.forward, .direct, library, hint: nil)
        guard let primitive else { return nil }
        self.primitive = primitive
        self.problem = problem
        primitiveWeight = primitive.layout(dnnl_query_weights_md, shape: transposed.weight)
        dense = primitive.layout(dnnl_query_dst_md, shape: transposed.output)
        guard let weight = library.withSwappedAxes(primitiveWeight, shape: problem.weight) else {
            return nil
        }
        let type = problem.elementType
        let isDense = input == transposed.output
        if !isDense && dense !== library.channelsLast(transposed.output, type) { return nil }
        layouts = (
            isDense ? dense : library.channelsLast(input, type), weight,
            primitive.layout(dnnl_query_src_md, shape: output)
        )
    }

    var implementation: String { primitive.implementation }

    func run(input: Tensor, weight: Tensor, output: Tensor, bias: Tensor?) throws {
        let transposed = Tensor(
            shape: [problem.input[1], problem.output[1], 1, 1], storage: weight.storage,
            offset: weight.offset, layout: primitiveWeight)
        let isDense = input.layout === dense
        let result =
            isDense
            ? input
            : input.device.empty(
                [problem.output[0], problem.input[1], problem.output[2], problem.output[3]],
                layout: dense)
        try primitive.run([
            (DNNL_ARG_SRC, output), (DNNL_ARG_WEIGHTS, transposed), (DNNL_ARG_DST, result),
        ])
        if !isDense { spread(result, over: input) }
    }

    /// Copies the channels of every place to where the window over it begins, and clears the others.
    private func spread(_ source: Tensor, over target: Tensor) {
        let stride = problem.window.stride
        let (height, width) = (problem.input[2], problem.input[3])
        let (places, columns) = (source.shape[2], source.shape[3])
        // Of a place's channels.
        let bytes = source.layout.byteCount / (source.shape[0] * places * columns)
        let (from, to) = unsafe (
            UnsafeRawPointer(source.pointer), UnsafeMutableRawPointer(target.pointer)
        )
        target.device.kernels.inParallel(problem.input[0] * height, partSize: 8) { rows in
            for row in rows {
                let (image, y) = row.quotientAndRemainder(dividingBy: height)
                let line = unsafe to + row * width * bytes
                guard y % stride.height == 0 else {
                    unsafe line.initializeMemory(
                        as: UInt8.self, repeating: 0, count: width * bytes)
                    continue
                }
                let first = (image * places + y / stride.height) * columns
                for x in 0..<width {
                    let place = unsafe line + x * bytes
                    if x % stride.width == 0 {
                        let values = unsafe from + (first + x / stride.width) * bytes
                        unsafe place.copyMemory(from: values, byteCount: bytes)
                    } else {
                        unsafe place.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
                    }
                }
            }
        }
    }
}
