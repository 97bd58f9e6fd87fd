import NeuralNet
import TensorCore
import TestSupport
import Testing

@Suite("dropout")
struct DropoutTests {
    private func drop(
        _ rate: Double, name: String = "head.drop", iteration: Int = 0, seed: UInt64 = 1,
        mode: ForwardContext.Mode = .training
    ) throws -> [Float] {
        let device = try Device(threads: 1)
        let context = ForwardContext(
            mode: mode, tape: nil, device: device, random: KeyedRandom(seed: seed).at(iteration))
        return try Dropout(rate, name: name)(Variable(device.full([100, 100], 3)), context)
            .value.plainValues()
    }

    @Test("the choice depends on seed, iteration and name alone")
    func keys() throws {
        let values = try drop(0.3)
        #expect(try drop(0.3) == values)
        #expect(try drop(0.3, name: "neck.drop") != values)
        #expect(try drop(0.3, iteration: 1) != values)
        #expect(try drop(0.3, seed: 2) != values)
    }

    @Test("the share of zeros, and the rest scaled up", arguments: [0.1, 0.5, 0.9])
    func share(rate: Double) throws {
        let values = try drop(rate)
        let zeros = values.filter { $0 == 0 }.count
        // Four standard deviations of 10,000 draws.
        #expect(abs(Double(zeros) - 10_000 * rate) < 200)
        #expect(Set(values) == [0, 3 * Float(1 / (1 - rate))])
    }

    @Test("nothing happens in evaluation or at rate 0, and everything goes at rate 1")
    func limits() throws {
        let whole = [Float](repeating: 3, count: 10_000)
        #expect(try drop(0.5, mode: .evaluation) == whole)
        #expect(try drop(0) == whole)
        #expect(try drop(1) == whole.map { _ in 0 })
    }

    @Test("a path is dropped for whole samples, and the rest scaled up")
    func path() throws {
        let device = try Device(threads: 1)
        for shape in [[200, 3, 2, 2], [200, 16, 1, 2]] {
            let x = Variable(try device.full(shape, 3))
            func drop(_ mode: ForwardContext.Mode) throws -> [Float] {
                let context = ForwardContext(
                    mode: mode, tape: nil, device: device, random: KeyedRandom(seed: 1))
                return try dropPath(x, rate: 0.25, name: "layer1.0.drop_path", context).value
                    .plainValues()
            }
            let values = try drop(.training)
            let size = shape.dropFirst().reduce(1, *)
            let samples = stride(from: 0, to: values.count, by: size).map {
                Set(values[$0..<$0 + size])
            }
            #expect(Set(samples) == [[0], [4]])
            #expect(abs(samples.count { $0 == [0] } - 50) < 25)
            #expect(try drop(.evaluation) == [Float](repeating: 3, count: values.count))
        }
    }
}
