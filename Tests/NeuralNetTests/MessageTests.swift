import NeuralNet
import TensorCore
import Testing

@Suite("messages of operations and losses")
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
    func operations() throws {
        let device = try Device(threads: 1)
        let context = ForwardContext(
            mode: .training, tape: nil, device: device, random: KeyedRandom(seed: 0))
        func zeros(_ shape: [Int]) throws -> Variable { Variable(try device.zeros(shape)) }
        let norm = try BatchNorm2d(3, device: device)
        #expect(
            message { _ = try norm(zeros([2, 4, 3, 3]), context) }
                == "batch norm: input [2, 4, 3, 3] does not have 3 channels")
        #expect(
            message { _ = try norm(zeros([1, 3, 1, 1]), context) }
                == "batch norm: input [1, 3, 1, 1] has one value per channel, training needs more; "
                + "use larger batches or drop the last one")
        #expect(
            message {
                _ = try Conv2d(
                    6, 4, Window(kernel: (3, 3)), groups: 4, device: device,
                    generator: TorchGenerator(seed: 0))
            } == "conv2d: 4 groups do not divide 6 input and 4 output channels")
        #expect(
            message { _ = try globalAveragePool2d(zeros([2, 3]), context) }
                == "global average pooling: input [2, 3] must have four dimensions")
        #expect(
            message { _ = try add(zeros([2, 3]), zeros([3, 2]), context) }
                == "add: [2, 3] and [3, 2] differ in shape")
    }

    @Test("targets that do not fit")
    func losses() throws {
        let device = try Device(threads: 1)
        let context = ForwardContext(
            mode: .training, tape: nil, device: device, random: KeyedRandom(seed: 0))
        let scores = Variable(try device.zeros([2, 3]))
        func problem(_ targets: ClassTargets, _ change: (inout CrossEntropyLoss) -> Void = { _ in })
            -> String?
        {
            var loss = CrossEntropyLoss()
            change(&loss)
            return message { _ = try loss(scores, targets, context) }
        }
        #expect(
            problem(.labels([0, 3]))
                == "label 3 of sample 1 in the batch is not one of the 3 classes 0 to 2")
        #expect(
            problem(.labels([-1, 0]))
                == "label -1 of sample 0 in the batch is not one of the 3 classes 0 to 2")
        #expect(
            problem(.labels([0])) == "cross entropy: 1 labels for scores [2, 3]")
        #expect(
            problem(.labels([0, 1])) { $0.classWeight = [1, 2] }
                == "cross entropy: 2 class weights for 3 classes")
        #expect(
            problem(.labels([0, 1])) { $0.useSoft = true }
                == "cross entropy: use_sigmoid and use_soft need targets of the scores' shape "
                + "[2, 3], got 2 labels")
        #expect(
            problem(.shares(PlainTensor([0] as [Float], shape: [1])))
                == "cross entropy: targets [1] for scores [2, 3]")
    }
}
