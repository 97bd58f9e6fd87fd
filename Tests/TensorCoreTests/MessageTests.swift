import TensorCore
import Testing

@Suite("messages", .serialized)
struct MessageTests {
    private func message(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("operands that do not fit")
    func shapes() throws {
        let device = try Device(threads: 1)
        func tensor(_ shape: [Int]) throws -> Tensor { try device.zeros(shape) }
        func convolve(
            _ input: [Int], _ weight: [Int], padding: Int = 0, dilation: Int = 1, groups: Int = 1
        ) -> String? {
            message {
                _ = try Convolution.prepared(
                    input: tensor(input), weight: tensor(weight),
                    window: Window(
                        kernel: (weight[2], weight[3]), padding: (padding, padding),
                        dilation: (dilation, dilation)), groups: groups, hasBias: false)
            }
        }
        #expect(
            convolve([8, 3, 32, 32], [64, 16, 3, 3])
                == "conv2d: input [8, 3, 32, 32] has 3 channels, weight [64, 16, 3, 3] expects 16")
        #expect(
            convolve([8, 3, 32, 32], [64, 3, 3, 3], groups: 2)
                == "conv2d: input [8, 3, 32, 32] has 3 channels, weight [64, 3, 3, 3] expects 6")
        #expect(
            convolve([1, 3, 2, 9], [4, 3, 3, 3])
                == "conv2d: input [1, 3, 2, 9] is smaller than the kernel of weight [4, 3, 3, 3] "
                + "with padding (0, 0) and dilation (1, 1)")
        #expect(
            convolve([1, 3, 5, 5], [4, 3, 3, 3], padding: 1, dilation: 4)
                == "conv2d: input [1, 3, 5, 5] is smaller than the kernel of weight [4, 3, 3, 3] "
                + "with padding (1, 1) and dilation (4, 4)")
        #expect(
            convolve([3, 5, 5], [4, 3, 3, 3])
                == "conv2d: input [3, 5, 5] and weight [4, 3, 3, 3] must have four dimensions")
        #expect(
            message {
                _ = try Pooling.prepared(
                    .maximum, tensor([1, 2, 3, 3]), Window(kernel: (4, 2), padding: (0, 1)))
            }
                == "pooling: input [1, 2, 3, 3] is smaller than the kernel (4, 2) with padding "
                + "(0, 1)")
        #expect(
            message {
                _ = try Pooling.prepared(
                    .averageWithPadding, tensor([1, 2, 6, 6]),
                    Window(kernel: (3, 3), stride: (2, 2), padding: (1, 1)), roundsUp: true)
            }
                == "average pooling: ceil_mode with padding (1, 1) lets windows of (3, 3) hang over "
                + "the padded input [1, 2, 6, 6]; set count_include_pad=False or ceil_mode=False")
        #expect(
            message {
                _ = try LinearProduct.forward(
                    tensor([2, 5]), weight: tensor([3, 4]), bias: nil)
            } == "linear: input [2, 5] does not fit weight [3, 4], which expects [N, 4]")
        #expect(
            message { _ = try tensor([2, 3]).adding(tensor([3, 2])) }
                == "add: [2, 3] and [3, 2] differ in shape")
        #expect(
            message { _ = try tensor([2]).multiplied(by: tensor([3])) }
                == "mul: [2] and [3] differ in shape")
    }

    @Test("a device tells what computes")
    func description() throws {
        let text = try Device(threads: 2).description
        #expect(text.hasPrefix("oneDNN "))
        #expect(text.hasSuffix(", 2 threads"))
        #expect(try Device(threads: 1).description.hasSuffix(", 1 thread"))
    }
}
