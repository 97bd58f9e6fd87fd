internal import COneDNN

/// A convolution whose every output sees every input: products of matrices whose rows are images.
///
/// Kernels that slide a window over images of one or four places spend their time on padding and at
/// edges.
final class WholeImageConvolution: ConvolutionKernel {
    let layouts: (input: Layout, weight: Layout, output: Layout)
    private let pass: ConvolutionPass
    private let imageCount: Int
    private let spread: SpreadWeight

    init(_ problem: ConvolutionProblem, _ pass: ConvolutionPass, _ library: KernelLibrary) throws {
        self.pass = pass
        imageCount = problem.input[0]
        // One for all passes, which share the weight's form.
        spread = library.kernel(KernelKey("whole image " + problem.description(.forward), [])) {
            SpreadWeight(problem, threads: library.threadCount)
        }
        layouts = (
            try library.layout(Layout.inChannelBlocks(problem.input), shape: problem.input),
            library.plainLayout(problem.weight),
            try library.layout(Layout.inChannelBlocks(problem.output), shape: problem.output)
        )
    }

    let implementation = "dnnl_sgemm"

    func prepared(_ weight: Tensor, _ copies: KernelCopies?) throws -> Tensor {
        let weight = try weight.plain()
        return copies?.form(for: spread) { spread.matrix(weight) } ?? spread.matrix(weight)
    }

    func run(input: Tensor, weight: Tensor, output: Tensor, bias: Tensor?) throws {
        require(bias == nil, "products of whole images have no bias")
        let (rows, columns) = (spread.rows, spread.columns)
        switch pass {
        case .forward:
            try multiply(
                rows: imageCount, columns: rows, depth: columns, left: Factor(input, columns),
                right: Factor(weight, columns, isTransposed: true), into: output)
        case .backwardData:
            try multiply(
                rows: imageCount, columns: columns, depth: rows, left: Factor(output, rows),
                right: Factor(weight, columns), into: input)
        case .backwardWeights:
            let matrix = input.device.empty([rows, columns])
            try multiply(
                rows: rows, columns: columns, depth: imageCount,
                left: Factor(output, rows, isTransposed: true), right: Factor(input, columns),
                into: matrix)
            spread.gatherGradient(matrix, into: weight)
        }
    }

    /// Values as a factor of a product, whatever their tensor's shape and layout.
    private struct Factor {
        let values: Tensor
        let rowLength: Int
        let isTransposed: Bool

        init(_ values: Tensor, _ rowLength: Int, isTransposed: Bool = false) {
            self.values = values
            self.rowLength = rowLength
            self.isTransposed = isTransposed
        }
    }

    /// The library's product is faster than OpenBLAS's for matrices as small as these.
    private func multiply(
        rows: Int, columns: Int, depth: Int, left: Factor, right: Factor, into result: Tensor
    ) throws {
        let library = result.device.kernels
        library.setThreadCount()
        let start = library.recorder == nil ? 0 : OperationRecorder.now
        try unsafe multiplyInOneDNN(
            rows: rows, columns: columns, depth: depth,
            left: (left.values.pointer, left.rowLength, left.isTransposed),
            right: (right.values.pointer, right.rowLength, right.isTransposed),
            into: result.pointer, beta: 0)
        library.recorder?.add("matrix product", .kernel, from: start)
    }
}
