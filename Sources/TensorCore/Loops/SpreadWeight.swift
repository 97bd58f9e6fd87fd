internal import CVectorLoops

/// A convolution's weight as the matrix between whole images, of outputs in rows and inputs in columns.
///
/// Both come in the order of images whose channels lie in blocks of 16. A weight stands in the matrix
/// once for every pair of places it joins; every pair must be joined by one.
final class SpreadWeight {
    private let geometry: spread_weight_shape
    let rows, columns: Int

    init(_ problem: ConvolutionProblem, threads: Int) {
        let (input, output, window) = (problem.input, problem.output, problem.window)
        geometry = spread_weight_shape(
            outputs: output[1], inputs: input[1], kernel_height: window.kernel.height,
            kernel_width: window.kernel.width, stride_height: window.stride.height,
            stride_width: window.stride.width, padding_height: window.padding.height,
            padding_width: window.padding.width, input_height: input[2], input_width: input[3],
            output_height: output[2], output_width: output[3], threads: Int32(threads))
        rows = output.dropFirst().reduce(1, *)
        columns = input.dropFirst().reduce(1, *)
    }

    /// The matrix of a plain weight.
    func matrix(_ weight: Tensor) -> Tensor {
        let matrix = weight.device.empty([rows, columns])
        unsafe withUnsafePointer(to: geometry) {
            unsafe spread_weight($0, weight.pointer, matrix.pointer)
        }
        return matrix
    }

    /// Writes the gradient of the plain weight, given that of the matrix.
    func gatherGradient(_ matrix: Tensor, into gradient: Tensor) {
        unsafe withUnsafePointer(to: geometry) {
            unsafe spread_weight_gradient($0, matrix.pointer, gradient.pointer)
        }
    }
}
