import NeuralNet
import TensorCore
import TestSupport
import Testing

@Suite("state dictionaries")
struct StateDictionaryTests {
    private func net(seed: UInt64 = 0) throws -> TinyResNet {
        try TinyResNet(device: Device(threads: 1), generator: TorchGenerator(seed: seed))
    }

    @Test("names come in the order of registration, parameters before buffers")
    func order() throws {
        let names = try net().stateDictionary().names
        let norm = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
        func block(_ number: Int) -> [String] {
            ["conv1.weight"] + norm.map { "norm1.\($0)" } + ["conv2.weight"]
                + norm.map { "norm2.\($0)" }
                + (number == 0 ? [] : ["shortcut.0.weight"] + norm.map { "shortcut.1.\($0)" })
        }
        #expect(
            names == ["stem.weight"] + norm.map { "norm.\($0)" }
                + block(0).map { "blocks.0.\($0)" } + block(1).map { "blocks.1.\($0)" }
                + ["head.weight", "head.bias"])
    }

    @Test("every parameter and buffer has a name")
    func coverage() throws {
        #expect(undeclaredMembers(of: try net()) == nil)
        let device = try Device(threads: 1)
        let forgetful = Forgetful(
            named: Parameter(try device.zeros([1])), forgotten: [Buffer(try device.zeros([1]))])
        #expect(
            undeclaredMembers(of: forgetful)
                == "held but not among the members: Forgetful.forgotten.0")
    }

    private struct Forgetful: Module {
        let named: Parameter
        let forgotten: [Buffer]
        var members: Members { ["named": .parameter(named)] }
    }

    @Test("a round trip keeps every value")
    func roundTrip() throws {
        let (first, second) = (try net(seed: 1), try net(seed: 2))
        first.norm.running.batchCount.value = 7
        let state = try first.stateDictionary()
        #expect(try second.stateDictionary() != state)
        #expect(try second.load(state) == StateDifferences.loaded(state.names.count))
        #expect(try second.stateDictionary() == state)
    }

    @Test(
        "what does not fit is told; exact loading then changes nothing", arguments: [true, false])
    func differences(onlyIfExact: Bool) throws {
        let model = try net(seed: 1)
        let before = try model.stateDictionary()
        var state = try net(seed: 2).stateDictionary()
        state["head.bias"] = nil
        state["head.weight"] = PlainTensor([Float](repeating: 0, count: 32), shape: [2, 16])
        state["fc.weight"] = PlainTensor([1] as [Float], shape: [1])
        let found = try model.load(state, onlyIfExact: onlyIfExact)
        var expected = StateDifferences.loaded(onlyIfExact ? 0 : state.names.count - 2)
        expected.unexpected = ["fc.weight"]
        expected.missing = ["head.bias"]
        expected.misshapen = [("head.weight", [2, 16], [4, 16])]
        #expect(found == expected)
        let after = try model.stateDictionary()
        #expect((after == before) == onlyIfExact)
        #expect(after["head.weight"] == before["head.weight"])
        #expect((after["stem.weight"] == state["stem.weight"]) == !onlyIfExact)
    }

    @Test("a counter may be saved as one element, or as a float")
    func counters() throws {
        let model = try net()
        let name = "norm.num_batches_tracked"
        for saved in [
            PlainTensor([5] as [Int64], shape: [1]), PlainTensor([5] as [Float], shape: []),
        ] {
            model.norm.running.batchCount.value = 0
            #expect(try model.load(StateDictionary([(name, saved)])).loaded == 1)
            #expect(model.norm.running.batchCount.value == 5)
        }
    }

    @Test("a loaded weight reaches the kernels")
    func kernelsFollow() throws {
        let device = try Device(threads: 1)
        let (first, second) = (
            try TinyResNet(device: device, generator: TorchGenerator(seed: 1)),
            try TinyResNet(device: device, generator: TorchGenerator(seed: 2))
        )
        let context = ForwardContext(
            mode: .evaluation, tape: nil, device: device, random: KeyedRandom(seed: 0))
        let images = Variable(try ReferenceArray(random: [2, 3, 9, 9], "x").tensor(on: device))
        let expected = try first(images, context).value.plainValues()
        #expect(try second(images, context).value.plainValues() != expected)
        _ = try second.load(first.stateDictionary())
        #expect(try second(images, context).value.plainValues() == expected)
    }
}

extension StateDifferences {
    fileprivate static func loaded(_ count: Int) -> StateDifferences {
        var differences = StateDifferences()
        differences.loaded = count
        return differences
    }
}
