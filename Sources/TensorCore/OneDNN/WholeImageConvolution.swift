internal import COneDNN

/// A convolution whose every output sees every input: products of matrices whose rows are images.
///
/// Kernels that slide a window over images of one or four places spend their time on padding and at
/// edges.
final class WholeImageConvolution {
    private let problem: ConvolutionProblem
    private let library: KernelLibrary
    private let spread: SpreadWeight
    private let inputLayout: Layout
    private let outputLayout: Layout

    init(_ problem: ConvolutionProblem, _ library: KernelLibrary) throws {
        self.problem = problem
        self.library = library
        spread = SpreadWeight(problem, threads: library.threadCount)
        inputLayout = try library.layout(
            Layout.inChannelBlocks(problem.input), shape: problem.input)
        outputLayout = try library.layout(
            Layout.inChannelBlocks(problem.output), shape: problem.output)
    }

    /// The convolution of an input.
    func forward(_ input: Tensor, weight: Tensor, copies: KernelCopies?) throws -> Tensor {
        let input = try input.laidOut(as: inputLayout)
        let output = input.device.empty(problem.output, layout: outputLayout)
        try multiply(
            rows: problem.input[0], columns: spread.rows, depth: spread.columns,
            left: Factor(input, spread.columns),
            right: Factor(matrix(weight, copies), spread.columns, isTransposed: true), into: output)
        return output
    }

    /// The gradient of the input, given that of the output.
    func inputGradient(_ gradient: Tensor, weight: Tensor, copies: KernelCopies?) throws -> Tensor {
        let gradient = try gradient.laidOut(as: outputLayout)
        let result = gradient.device.empty(problem.input, layout: inputLayout)
        try multiply(
            rows: problem.input[0], columns: spread.columns, depth: spread.rows,
            left: Factor(gradient, spread.rows),
            right: Factor(matrix(weight, copies), spread.columns), into: result)
        return result
    }

    /// The gradient of the weight.
    func weightGradient(_ gradient: Tensor, input: Tensor) throws -> Tensor {
        let gradient = try gradient.laidOut(as: outputLayout)
        let input = try input.laidOut(as: inputLayout)
        let matrix = input.device.empty([spread.rows, spread.columns])
        try multiply(
            rows: spread.rows, columns: spread.columns, depth: problem.input[0],
            left: Factor(gradient, spread.rows, isTransposed: true),
            right: Factor(input, spread.columns), into: matrix)
        return spread.gradient(matrix, shape: problem.weight)
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

    private func matrix(_ weight: Tensor, _ copies: KernelCopies?) throws -> Tensor {
        copies?.form(for: self) { spread.matrix(weight) } ?? spread.matrix(weight)
    }

    /// The library's product is faster than OpenBLAS's for matrices as small as these.
    private func multiply(
        rows: Int, columns: Int, depth: Int, left: Factor, right: Factor, into result: Tensor
    ) throws {
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
