import TensorCore
import TestSupport
import Testing

@Suite("linear products match the reference", .serialized)
struct LinearProductTests {
    static let shapes = [
        [1, 1, 1], [2, 3, 4], [7, 16, 10], [128, 512, 10], [3, 64, 1000], [17, 33, 5], [1, 257, 2],
    ]

    @Test("forward and gradients", arguments: shapes, [1, 2])
    func matches(_ shape: [Int], threads: Int) throws {
        let (rows, depth, columns) = (shape[0], shape[1], shape[2])
        let device = try Device(threads: threads)
        let input = ReferenceArray(random: [rows, depth], "input")
        let weight = ReferenceArray(random: [columns, depth], "weight")
        let bias = ReferenceArray(random: [columns], "bias")
        let x = try input.tensor(on: device)
        let w = try weight.tensor(on: device)
        // √n roundings of sums of about √n/3, and their worst case among many.
        func near(_ terms: Int) -> Tolerance {
            Tolerance(absolute: 1e-7 * Double(terms) + 1e-6)
        }
        let output = try LinearProduct.forward(x, weight: w, bias: bias.tensor(on: device))
        let expected = Reference.linear(input, weight, bias: bias)
        try expectClose(output, expected, near(depth))
        let plain = try LinearProduct.forward(x, weight: w, bias: nil)
        try expectClose(plain, Reference.linear(input, weight), near(depth))

        let outer = ReferenceArray(random: [rows, columns], "gradient")
        let gradient = try outer.tensor(on: device)
        let sums = Reference.linearGradients(outer, input, weight)
        let inputGradient = try LinearProduct.inputGradient(gradient, weight: w)
        try expectClose(inputGradient, sums.input, near(columns))
        let weightGradient = try LinearProduct.weightGradient(gradient, input: x)
        try expectClose(weightGradient, sums.weight, near(rows))
        try expectClose(LinearProduct.biasGradient(gradient), sums.bias, near(rows))
    }
}
