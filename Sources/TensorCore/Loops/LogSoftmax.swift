import Foundation

/// The logarithm of the softmax along one dimension.
///
/// The kernel library's logarithm is off by 1e-6 near 1, which is all there is of a small loss, so these
/// are loops over the system's functions.
/// Source: `torch.nn.functional.log_softmax`.
package enum LogSoftmax {
    /// The logarithm of the softmax of every line along the dimension.
    package static func forward(_ input: Tensor, dimension: Int) throws -> Tensor {
        let source = try input.plain()
        let output = input.device.empty(input.shape)
        let (values, results) = unsafe (source.buffer, output.buffer)
        forEachLine(of: input.shape, dimension) { line in
            var largest = -Float.infinity
            for place in line { unsafe largest = max(largest, values[place]) }
            var sum = 0.0
            for place in line { unsafe sum += Double(exp(values[place] - largest)) }
            let logarithm = Float(log(sum))
            for place in line { unsafe results[place] = values[place] - largest - logarithm }
        }
        return output
    }

    /// The gradient of the input, given the output and the output's gradient.
    package static func backward(_ gradient: Tensor, output: Tensor, dimension: Int) throws
        -> Tensor
    {
        let source = try gradient.plain()
        let result = gradient.device.empty(output.shape)
        let (outer, logarithms, slopes) = unsafe (source.buffer, output.buffer, result.buffer)
        forEachLine(of: output.shape, dimension) { line in
            var sum = 0.0
            for place in line { unsafe sum += Double(outer[place]) }
            for place in line {
                unsafe slopes[place] = outer[place] - exp(logarithms[place]) * Float(sum)
            }
        }
        return result
    }

    /// Calls `body` with the places of each line along the dimension.
    private static func forEachLine(
        of shape: [Int], _ dimension: Int, _ body: (StrideTo<Int>) -> Void
    ) {
        // A scalar is a line of one.
        let length = shape.isEmpty ? 1 : shape[dimension]
        let step = shape.dropFirst(dimension + 1).reduce(1, *)
        for outer in 0..<shape.prefix(dimension).reduce(1, *) {
            for inner in 0..<step {
                let start = outer * length * step + inner
                body(stride(from: start, to: start + length * step, by: step))
            }
        }
    }
}
