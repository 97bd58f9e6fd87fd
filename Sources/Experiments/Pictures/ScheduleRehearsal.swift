import ConfigCore
import ImageData
import Logging
import NeuralNet
import TensorCore
import TrainingInterfaces
import WorkflowRunner

/// A run in which nothing is learned: what sets rates and momentums in training does so here.
struct ScheduleRehearsal {
    /// What an optimizer's first group was set to, iteration by iteration.
    struct Track {
        /// The optimizer's name; empty where it is the only one.
        let name: String
        var rates: [Double] = []
        /// Empty for optimizers without momentum.
        var momentums: [Double] = []
        var decays: [Double] = []
    }

    let tracks: [Track]
    /// How many iterations an epoch has.
    let batchesPerEpoch: Int
    /// How many images an epoch has.
    let sampleCount: Int
    /// How many images an iteration has.
    let batchSize: Int
    /// What the user should know.
    private(set) var notes: [String]

    /// Rehearses the run of a config.
    ///
    /// - Parameters:
    ///   - experiment: What the config means.
    ///   - datasetSize: How many images there are; nil looks.
    ///   - deviceCount: How many devices share the images.
    ///   - registries: What configs may name.
    /// - Throws: `ConfigError`, or `DataError` where the images cannot be counted.
    init(
        _ experiment: Experiment, datasetSize: Int?, deviceCount: Int, _ registries: Registries
    ) throws {
        let loader = try RunComponents.loader("train", experiment)
        batchSize = loader.batchSize * deviceCount
        sampleCount = try datasetSize ?? Self.sampleCount(loader, experiment, registries)
        let full = sampleCount / batchSize
        batchesPerEpoch =
            loader.dropsLast || sampleCount.isMultiple(of: batchSize) ? full : full + 1
        guard batchesPerEpoch > 0 else {
            throw ConfigError(
                at: loader.dataset, path: loader.path,
                problem: "\(sampleCount) images do not fill a batch of \(batchSize)")
        }
        let device = try Device()
        let parts = experiment.optimizer.flatMap { $0.namesParts ? $0.mapping : nil }
        let model = try RehearsalModel(parts: parts?.map(\.key) ?? [], device)
        let optimizers = try Self.optimizers(experiment, model, registries)
        notes = try RunComponents.scaleRates(
            optimizers, base: experiment.baseBatchSize, batchSize: batchSize)
        let runner = try buildRunner(
            experiment.runner.config, at: experiment.runner.path,
            defaults: RunnerDefaults(
                model: model, optimizer: optimizers,
                logger: .lines(to: [], level: .critical), device: device),
            registry: registries.runners)
        try Self.registerHooks(experiment, runner, registries)
        runner.schedulers = try RunComponents.schedulers(
            optimizers, experiment, batches: batchesPerEpoch, registries)
        let recorder = ScheduleRecorder(optimizers)
        try runner.register(recorder, priority: .lowest)
        let training = experiment.phases(evaluates: false).filter {
            runner.advancingPhases.contains($0.phase)
        }
        let length = batchesPerEpoch
        do {
            try runner.run(
                training.map { _ in NumberedBatches(count: length) },
                workflow: training.map { ($0.phase, $0.count) })
        } catch let error as WorkflowError {
            throw ConfigError(error, experiment)
        }
        tracks = recorder.tracks
        let plateaus = runner.schedulers?.entries.flatMap(\.schedulers.schedulers) ?? []
        if plateaus.contains(where: { $0 is PlateauScheduler }) {
            notes.append("ReduceOnPlateau follows a metric, which nobody knows before the run")
        }
    }

    private static func optimizers(
        _ experiment: Experiment, _ model: RehearsalModel, _ registries: Registries
    ) throws -> OptimizerSet {
        if let wrapper = experiment.wrapper {
            // A constructor of one's own looks for the parts of its own model.
            let trained: any TrainableModel =
                wrapper.constructor == nil
                ? model
                : try buildClassifier(
                    experiment.model, device: try Device(), generator: TorchGenerator(seed: 0),
                    registries: registries, pretrained: nil)
            return try wrapper.build(for: trained, registries, WrapperReport())
        }
        guard let config = experiment.optimizer else {
            throw ConfigError(
                at: experiment.runner.config, path: "optimizer", problem: "required key is missing",
                remedy: "without it nothing is scheduled")
        }
        return try buildOptimizers(model, config, registry: registries.optimizers)
    }

    private static func sampleCount(
        _ loader: Experiment.Loader, _ experiment: Experiment, _ registries: Registries
    ) throws -> Int {
        do {
            return try buildDataset(
                loader.dataset, at: loader.path, registries: registries,
                style: experiment.pipelineStyle
            ).count
        } catch let error as DataError {
            // A run by iterations is as long without its data.
            guard experiment.runner.byEpoch else { return loader.batchSize }
            throw DataError(
                file: error.file,
                reason: "\(error.reason); --dataset-size says how many images there are",
                kind: error.kind)
        }
    }

    /// The hooks that set rates and momentums, and no others.
    private static func registerHooks(
        _ experiment: Experiment, _ runner: BaseRunner, _ registries: Registries
    ) throws {
        let context = registries.context()
        let hooks = experiment.hooks
        if let listed = hooks.listed {
            runner.hasLoopStages = true
            runner.isWorkflowDerived = true
            for hook in listed where hook.config["type"]?.string == "ParamSchedulerHook" {
                try runner.register(from: hook.config, at: hook.path, context: context)
            }
            return
        }
        try runner.registerTrainingHooks(
            lrConfig: hooks.learningRate, momentumConfig: hooks.momentum, timerConfig: nil,
            context: context)
        let suffixes = [LearningRatePolicies.hookSuffix, MomentumPolicies.hookSuffix]
        for (place, config) in (hooks.custom?.list ?? []).enumerated() {
            guard let type = config["type"]?.string, suffixes.contains(where: type.hasSuffix)
            else { continue }
            try runner.register(
                from: config, at: ConfigPath.join("custom_hooks", index: place), context: context)
        }
    }
}

/// Notes what each training iteration runs with.
private final class ScheduleRecorder: BeforeTrainIteration {
    private let optimizers: OptimizerSet
    private(set) var tracks: [ScheduleRehearsal.Track]

    init(_ optimizers: OptimizerSet) {
        self.optimizers = optimizers
        tracks = optimizers.entries.map { ScheduleRehearsal.Track(name: $0.name) }
    }

    func beforeTrainIteration(_ runner: BaseRunner) {
        for (place, entry) in optimizers.entries.enumerated() {
            guard let group = entry.wrapper.optimizer.groups.first else { continue }
            tracks[place].rates.append(group.learningRate)
            if let momentum = group.momentum { tracks[place].momentums.append(momentum) }
            if let decay = group["weight_decay"]?.number { tracks[place].decays.append(decay) }
        }
    }
}
