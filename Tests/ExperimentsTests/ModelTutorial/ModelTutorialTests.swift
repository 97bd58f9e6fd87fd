import Foundation
import MMRunner
import Testing

/// Images that are bright above or below, in a tuple with what they are.
private struct SmallImages: Dataset {
    let count: Int

    func sample(at index: Int) -> Sample {
        let label = index % 2
        let pixels = (0..<(3 * 32 * 32)).map { place in
            Float((place / 512 % 2 == label ? 1 : 0)) + Float((place * 31 + index * 7) % 17) / 17
        }
        return Sample(
            .tuple([
                .array(PlainTensor(pixels, shape: [3, 32, 32])),
                .array(PlainTensor([Int64(label)], shape: [])),
            ]))
    }
}

/// Points left and right.
private struct Points: Dataset {
    let count: Int

    func sample(at index: Int) -> Sample {
        let label = index % 2
        let point = [Float(2 * label - 1), Float(index % 5) / 5]
        return Sample(.tuple([.array(PlainTensor(point, shape: [2])), .int(label)]))
    }
}

/// Notes what a metric is given.
private final class Listener: BaseMetric {
    var batches: [Batch] = []
    var predictions: [DataValue] = []
    var prefix: String? { nil }

    func process(_ batch: Batch, predictions: DataValue) {
        batches.append(batch)
        self.predictions.append(predictions)
    }

    func computeMetrics() -> [(name: String, value: MetricValue)] { [("seen", .integer(1))] }
    func reset() {}
}

@Suite("MMEngine's tutorial of models") struct ModelTutorialTests {
    private static func folder() -> String {
        NSTemporaryDirectory() + "model-\(UUID().uuidString)"
    }

    private static func registries() -> Registries {
        var registries = Registries.standard()
        registries.models.classifiers.register("MMResNet50") { reader, context in
            try MMResNet50(
                classes: reader.value("classes", default: 2), channels: 4,
                dataPreprocessor: reader.dataPreprocessor(context), context.value(),
                context.value())
        }
        registries.models.classifiers.register("PointClassifier") { reader, context in
            try PointClassifier(from: &reader, context)
        }
        registries.models.dataPreprocessors.register("MixUpDataPreprocessor") { reader, _ in
            try MixUpDataPreprocessor(
                numClass: reader.required("num_class"), alpha: reader.required("alpha"))
        }
        registries.models.dataPreprocessors.register("TupleToDictionary") { _, _ in
            TupleToDictionary()
        }
        registries.datasets.register("SmallImages") { reader, _ in
            SmallImages(count: try reader.required("count"))
        }
        registries.datasets.register("Points") { reader, _ in
            Points(count: try reader.required("count"))
        }
        return registries
    }

    private func runner(
        _ model: ConfigNode, _ data: String, epochs: Int, in folder: String, resume: Bool = false,
        collate: String = "default_collate", listener: Listener? = nil
    ) throws -> Runner {
        let loader: ConfigNode = [
            "dataset": ["type": ConfigNode(.string(data)), "count": 16], "batch_size": 4,
            "sampler": ["type": "DefaultSampler", "shuffle": true],
            "collate_fn": ["type": ConfigNode(.string(collate))],
        ]
        return try Runner(
            model: .config(model), workDir: folder, trainDataloader: .config(loader),
            valDataloader: listener == nil
                ? nil : .config(loader.setting("sampler", "shuffle", to: false)),
            trainCfg: ["by_epoch": true, "max_epochs": ConfigNode(.int(epochs))],
            valCfg: listener == nil ? nil : [:],
            optimWrapper: ["optimizer": ["type": "SGD", "lr": 0.05]],
            valEvaluator: try listener.map { .built(try MetricEvaluator([$0])) }, resume: resume,
            logLevel: "ERROR", randomness: ["seed": 1], registries: Self.registries())
    }

    @Test("MMResNet50 with MixUp: killed and resumed, it is the same bits")
    func mixUp() throws {
        let (whole, short) = (Self.folder(), Self.folder())
        defer {
            for path in [whole, short] { try? FileManager.default.removeItem(atPath: path) }
        }
        let model: ConfigNode = [
            "type": "MMResNet50",
            "data_preprocessor": ["type": "MixUpDataPreprocessor", "num_class": 2, "alpha": 0.8],
        ]
        let plain: ConfigNode = ["type": "MMResNet50"]
        let trained = try runner(model, "SmallImages", epochs: 2, in: whole).train()
        _ = try runner(model, "SmallImages", epochs: 1, in: short).train()
        let resumed = try runner(model, "SmallImages", epochs: 2, in: short, resume: true).train()
        #expect(try trained.stateDictionary() == resumed.stateDictionary())
        let unmixed = try runner(plain, "SmallImages", epochs: 1, in: short + "/plain").train()
        #expect(try trained.stateDictionary() != unmixed.stateDictionary())
    }

    @Test("N28: losses of valStep stand beside the metrics, which get what predict gave")
    func n28_validationLoss() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let listener = Listener()
        let model: ConfigNode = [
            "type": "PointClassifier", "data_preprocessor": ["type": "TupleToDictionary"],
            "init_cfg": ["type": "Constant", "layer": "Linear", "val": 0],
        ]
        let runner = try runner(model, "Points", epochs: 1, in: folder, listener: listener)
        try runner.train()
        let metrics = try runner.val()
        let classLoss = try #require(metrics["loss_class"])
        #expect(Set(metrics.keys) == ["seen", "loss_class", "regularity", "val_loss"])
        #expect(metrics["val_loss"] == classLoss)
        #expect(try abs(classLoss - 2 * #require(metrics["regularity"])) < 1e-6)
        #expect(classLoss < 2 * 0.6931)
        // The loader's tuples, not the preprocessor's dictionaries.
        guard case .tuple(let parts)? = listener.batches.first?.value else {
            Issue.record("the batch is \(listener.batches.first?.value.kind ?? "missing")")
            return
        }
        #expect(parts.count == 2)
        guard case .array(let scores)? = listener.predictions.first else {
            Issue.record("the predictions are no array")
            return
        }
        #expect(scores.shape == [4, 2])
    }

    @Test("init_cfg of a model's own; two updates a batch are two of one batch")
    func ownSteps() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let model: ConfigNode = [
            "type": "PointClassifier", "data_preprocessor": ["type": "TupleToDictionary"],
            "init_cfg": ["type": "Constant", "layer": "Linear", "val": 0.5, "bias": 0.25],
        ]
        let device = try Device(threads: 1)
        let built = try buildClassifier(
            model, device: device, generator: .manualSeed(0), registries: Self.registries())
        let state = try built.stateDictionary()
        #expect(state["linear.weight"]?.floats == [0.5, 0.5, 0.5, 0.5])
        #expect(state["linear.bias"]?.floats == [0.25, 0.25])
        let once = try runner(model, "Points", epochs: 1, in: folder + "/1").train()
        let twice = try runner(
            model.setting("updates", to: 2), "Points", epochs: 1, in: folder + "/2"
        ).train()
        func separation(_ model: any TrainableModel) throws -> Float {
            let weight = try #require(model.stateDictionary()["linear.weight"]).floats
            return weight[2] - weight[0]
        }
        let (first, second) = (try separation(once), try separation(twice))
        #expect(first > 0.1)
        #expect(second > 1.5 * first)
    }

    @Test("batches in forms that a model does not take")
    func wrongForms() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func message(_ model: ConfigNode, collate: String = "default_collate") -> String {
            do {
                _ = try runner(model, "Points", epochs: 1, in: folder, collate: collate).train()
                return "no error"
            } catch { return "\(error)" }
        }
        #expect(
            message(["type": "PointClassifier"], collate: "pseudo_collate")
                == "batch: \"points\" is a list, expected an array")
        #expect(
            message(["type": "PointClassifier", "data_preprocessor": ["type": "TupleToDict"]])
                == "model.data_preprocessor.type: \"TupleToDict\" is not a known data preprocessor; known: BaseDataPreprocessor, ClsDataPreprocessor, ImgDataPreprocessor, MixUpDataPreprocessor, TupleToDictionary"
        )
        #expect(
            message([
                "type": "PointClassifier", "data_preprocessor": ["type": "ClsDataPreprocessor"],
            ])
                == "batch: there is no \"inputs\"; the pipeline needs PackInputs at its end")
    }

    @Test("N24: collate functions that keep lists, that stack, and one's own") func n24_collate()
        throws
    {
        func first(_ collate: Collate) throws -> Batch {
            let loader = DataLoader(
                dataset: Points(count: 4), batchSize: 2, shuffle: false, collate: collate)
            loader.begin(epoch: 0)
            return try #require(try loader.next())
        }
        let stacked = try first(Collate())
        #expect(stacked[1] == .array(PlainTensor([0, 1] as [Int64], shape: [2])))
        let listed = try first(.pseudo)
        #expect(listed[1] == .list([.int(0), .int(1)]))
        guard case .list(let points) = listed[0] else { return #expect(Bool(false)) }
        #expect(points.count == 2)
        let own = try first(Collate { Batch(.list($0.map(\.value)), sampleCount: $0.count) })
        #expect(own[0] == Points(count: 4).sample(at: 0).value)
    }
}
