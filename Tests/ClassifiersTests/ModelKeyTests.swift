import Classifiers
import ConfigCore
import NeuralNet
import TensorCore
import Testing

@Suite("state dictionaries") struct ModelKeyTests {
    @Test("have the names, order, shapes and types of the original's")
    func keys() throws {
        let cases = try part(fixture("model_keys"), "cases").list ?? []
        #expect(cases.count == 6)
        for entry in cases {
            let name = try part(entry, "name").string ?? ""
            let model = try Workbench().model(part(entry, "model"))
            let state = try model.stateDictionary()
            let ours = state.names.map { key in
                guard let value = state[key] else { return "\(key) is missing" }
                let type = if case .int64 = value.elements { "int64" } else { "float32" }
                return "\(key) \(value.shape) \(type)"
            }
            let expected = try part(entry, "entries").list?.compactMap(\.string) ?? []
            #expect(ours == expected, "\(name)")
            let parameters = model.namedParameters().map(\.name)
            let buffers = ["running_mean", "running_var", "num_batches_tracked"]
            let saved = state.names.filter { key in !buffers.contains { key.hasSuffix($0) } }
            #expect(parameters == saved, "\(name)")
            let count = model.namedParameters().reduce(0) { $0 + $1.parameter.value.count }
            #expect(count == (try part(entry, "parameters").int), "\(name)")
        }
    }

    @Test("a backbone's features have the sizes it tells")
    func featureShapes() throws {
        let bench = try Workbench()
        let config: ConfigNode = [
            "type": "ResNet", "depth": 50, "base_channels": 4, "stem_channels": 8,
            "out_indices": [0, 1, 2, 3],
        ]
        let backbones: Registry<any Backbone> = try bench.context.value()
        let backbone = try backbones.build(config, at: "backbone", bench.context)
        let images = Variable(try bench.device.tensor(.pattern([2, 3, 64, 32])))
        let features = try backbone(images, bench.forward(.evaluation))
        let shapes = features.map(\.shape)
        #expect(shapes == [[2, 16, 16, 8], [2, 32, 8, 4], [2, 64, 4, 2], [2, 128, 2, 1]])
        let told = (backbone as? any ChannelDescribing)?.featureChannels
        #expect(told == [16, 32, 64, 128])
    }
}
