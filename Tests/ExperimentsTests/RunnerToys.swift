import Foundation
import MMRunner

/// How many predictions are right, under the name `toy/accuracy`.
final class ToyMetric: BaseMetric {
    let prefix: String? = "toy"
    let metricNames: [String]? = ["accuracy"]
    private let inner = MyAccuracy()

    func process(_ batch: Batch, predictions: DataValue) throws {
        try inner.process(batch, predictions: predictions)
    }

    func computeMetrics() throws -> [(name: String, value: MetricValue)] {
        try inner.compute().map { ($0.name, .number($0.value)) }
    }

    func reset() {}
}

/// Notes after which epochs and iterations validations ran.
final class ValidationPlaces: AfterValidationEpoch {
    var epochs: [Int] = []
    var iterations: [Int] = []

    func afterValidationEpoch(_ runner: BaseRunner) throws {
        epochs.append(runner.epoch)
        iterations.append(runner.iteration)
    }
}

/// Fails in the middle of training.
struct ToyFailure: Error {}

final class FailingHook: BeforeTrainIteration {
    let iteration: Int
    init(at iteration: Int) { self.iteration = iteration }

    func beforeTrainIteration(_ runner: BaseRunner) throws {
        if runner.iteration == iteration { throw ToyFailure() }
    }
}

/// Trains two epochs between validations, whatever `val_interval` would say.
final class PairLoop: TrainLoop {
    let maxEpochs: Int?
    let maxIterations: Int? = nil
    init(_ maxEpochs: Int) { self.maxEpochs = maxEpochs }

    func run(_ runner: LoopRunner) throws {
        while runner.epoch < maximum && !runner.stopsTraining {
            try runner.trainEpoch()
            if runner.epoch.isMultiple(of: 2) { try runner.validate() }
        }
    }
}

/// Says how many batches there were instead of any metric.
final class CountingLoop: EvaluationLoop {
    func run(_ pass: EvaluationPass) throws -> [(name: String, value: Double)] {
        var count = 0.0
        try pass.forEachBatch { _ in count += 1 }
        return [("batches", count)]
    }
}

/// A runner that tests after training.
final class TestingRunner: Runner {
    var metrics: [String: Double] = [:]

    override func train() throws -> any TrainableModel {
        let model = try super.train()
        metrics = try test()
        return model
    }
}

/// A place for a run, and configs of one that takes a moment.
struct Toy {
    let folder = NSTemporaryDirectory() + "toy-\(UUID().uuidString)"
    var workDir: String { folder + "/work" }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    static var registries: Registries {
        var registries = Registries.standard()
        registries.models.classifiers.register("ToyModel") { _, context in
            try MyAwesomeModel(layers: 1, context.value(), context.value())
        }
        registries.datasets.register("ToyDataset") { reader, _ in
            MyDataset(isTrain: true, size: try reader.value("size", default: 12))
        }
        registries.metrics.register("ToyEvaluator") { _, _ in ToyMetric() }
        registries.trainLoops.register("PairLoop") { reader, _ in
            PairLoop(try reader.required("max_epochs"))
        }
        registries.evaluationLoops.register("CountingLoop") { _, _ in CountingLoop() }
        registries.register(runnerType: TestingRunner.self)
        return registries
    }

    static func loader(shuffle: Bool = false, size: Int = 12, batch: Int = 4) -> ConfigNode {
        [
            "dataset": ["type": "ToyDataset", "size": ConfigNode(.int(size))],
            "sampler": ["type": "DefaultSampler", "shuffle": ConfigNode(.bool(shuffle))],
            "batch_size": ConfigNode(.int(batch)), "num_workers": 0,
            "collate_fn": ["type": "default_collate"],
        ]
    }

    /// Trains three epochs, validates and tests.
    var config: ConfigNode {
        [
            "model": ["type": "ToyModel"], "work_dir": ConfigNode(.string(workDir)),
            "train_dataloader": Self.loader(shuffle: true), "val_dataloader": Self.loader(),
            "test_dataloader": Self.loader(),
            "train_cfg": ["by_epoch": true, "max_epochs": 3, "val_interval": 1],
            "val_cfg": [:], "test_cfg": [:],
            "optim_wrapper": ["optimizer": ["type": "SGD", "lr": 0.01]],
            "param_scheduler": ["type": "MultiStepLR", "milestones": [1, 2]],
            "val_evaluator": ["type": "ToyEvaluator"], "test_evaluator": ["type": "ToyEvaluator"],
            "log_level": "ERROR", "randomness": ["seed": 1],
        ]
    }

    func runner(_ changes: (inout ConfigNode) -> Void = { _ in }) throws -> Runner {
        var config = config
        changes(&config)
        return try Runner.fromConfig(config, registries: Self.registries, environment: [:])
    }

    func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch { return "\(error)" }
    }
}
