import Classifiers
import ConfigCore
import ImageData
import Logging
import NeuralNet
import TensorCore
import TrainingInterfaces
import WorkflowRunner

/// What a run is made of, built from an experiment in the order in which the original draws from its
/// generator: the model first, then data, then the optimizer.
struct RunComponents {
    let device: Device
    let generator: TorchGenerator
    let model: any TrainableModel
    /// Data sets by name, each built once.
    let datasets: [String: any Dataset]
    /// One loader a workflow entry; entries of one phase share theirs.
    let loaders: [DataLoader]
    let optimizer: OptimizerSet?
    /// What moves rates and momentums; nil where hooks set them.
    let schedulers: ParameterSchedulerSet?
    /// The loader and evaluator of metrics.
    let evaluation: (loader: DataLoader, evaluator: any ForeseeableEvaluator)?
    /// What val phases evaluate; nil where they compute losses.
    let validation: (any Evaluator)?
    /// Phases and counts, a validation in a run by iterations counted in batches.
    let workflow: [(String, Int)]
    /// What the user should know.
    let warnings: [String]
    /// What trained weights were loaded.
    let messages: [String]

    /// With `loadsPretrained` false a checkpoint brings all weights.
    init(
        _ experiment: Experiment, seed: UInt64, evaluates: Bool, loadsPretrained: Bool,
        _ registries: Registries, built: BuiltParts = BuiltParts()
    ) throws {
        device = try built.device ?? Device()
        device.algorithms.timesCandidates = experiment.timesAlgorithms
        let generator = built.generator ?? TorchGenerator(seed: seed)
        self.generator = generator
        var warnings = built.warnings
        let pretrained = loadsPretrained ? PretrainedFiles() : nil
        let model =
            try built.model
            ?? buildClassifier(
                experiment.model, device: device, generator: generator, registries: registries,
                pretrained: pretrained
            ) { warnings.append($0) }
        var messages = pretrained?.messages ?? []
        self.model = model
        let evaluation = evaluates ? experiment.evaluation : nil
        let validation = evaluates ? experiment.validation : nil
        let phases = experiment.phases(evaluates: evaluates)
        let needed = Set(phases.map(\.phase) + (evaluation == nil ? [] : ["val"]))
        var datasets: [String: any Dataset] = [:]
        for phase in needed.sorted() {
            if let loader = built.loaders[phase] {
                datasets[phase] = loader.dataset
                continue
            }
            let loader = try Self.loader(phase, experiment)
            let dataset = try buildDataset(
                loader.dataset, at: loader.path, registries: registries,
                style: experiment.pipelineStyle)
            warnings += (dataset as? any DatasetWithWarnings)?.warnings ?? []
            datasets[phase] = dataset
        }
        self.datasets = datasets
        try Self.checkLabels(datasets, model, experiment)
        var byPhase: [String: DataLoader] = [:]
        for (phase, _) in phases where byPhase[phase] == nil {
            byPhase[phase] =
                try built.loaders[phase]
                ?? Self.phaseLoader(
                    phase, experiment, datasets, generator, seed: seed, registries)
        }
        loaders = phases.compactMap { byPhase[$0.phase] }
        workflow = phases.map { phase, count in
            let isWhole = validation != nil && phase == "val" && !experiment.runner.byEpoch
            // A loop of the user's own goes through the data itself.
            if isWhole, validation?.loop != nil { return (phase, 1) }
            return (phase, isWhole ? byPhase[phase]?.batchesPerEpoch ?? count : count)
        }
        let report = WrapperReport(warn: { warnings.append($0) }, log: { messages.append($0) })
        optimizer =
            try built.wrappers
            ?? experiment.wrapper?.build(for: model, registries, report)
            ?? experiment.optimizer.map {
                try buildOptimizers(
                    model, $0, registry: registries.optimizers, warnings: report.warn)
            }
        try Self.checkSteps(optimizer, model, experiment)
        messages += try Self.scaleRates(
            optimizer, base: built.hasScaledRates ? .none : experiment.baseBatchSize,
            batchSize: byPhase["train"]?.batchSize)
        schedulers =
            try built.schedulers
            ?? optimizer.flatMap {
                try Self.schedulers(
                    $0, experiment, batches: byPhase["train"]?.batchesPerEpoch, registries)
            }
        self.evaluation = try evaluation.map { evaluation in
            let loader = try Self.loader(
                "val", experiment, datasets, generator, seed: seed, registries)
            let evaluator = try LegacyEvaluation.evaluator(
                evaluation.metrics, at: evaluation.path,
                classCount: LegacyEvaluation.classCount(model), loader.dataset
            ) { warnings.append($0) }
            return (loader, evaluator)
        }
        self.validation = try validation.map {
            if let own = built.evaluators["val"] { return own }
            let evaluator = try buildEvaluator(
                $0.metrics, at: $0.path,
                labels: experiment.loaders["val"]?.shuffles == true
                    ? nil : datasets["val"]?.labels, registries)
            try Self.checkMetrics(evaluator, $0, model)
            return evaluator
        }
        self.messages = messages
        self.warnings = warnings
    }

    /// Finds metrics that the model has too few classes for now, not at the end of an epoch.
    private static func checkMetrics(
        _ evaluator: any Evaluator, _ wanted: Experiment.PhaseEvaluation,
        _ model: any TrainableModel
    ) throws {
        guard let classCount = LegacyEvaluation.classCount(model),
            let several = evaluator as? MetricEvaluator
        else { return }
        for case let metric as AccuracyMetric in several.metrics {
            guard let problem = metric.problem(among: classCount) else { continue }
            throw ConfigError(
                at: wanted.metrics, path: wanted.path, problem: problem, remedy: "lower topk")
        }
    }

    /// Refuses several optimizers for a model of which it is known that its step gives one loss.
    private static func checkSteps(
        _ optimizers: OptimizerSet?, _ model: any TrainableModel, _ experiment: Experiment
    ) throws {
        guard let optimizers, optimizers.entries.count > 1, model is ImageClassifier else { return }
        let config = experiment.wrapper?.constructor?.config ?? experiment.optimizer
        throw ConfigError(
            at: config ?? [:], path: experiment.style == .new ? "optim_wrapper" : "optimizer",
            problem:
                "several optimizers, but ImageClassifier has one loss, which one optimizer steps",
            remedy: "name one, or use a model that updates each in its trainStep")
    }

    /// Finds labels that the model has no class for now, not when their sample comes by.
    private static func checkLabels(
        _ datasets: [String: any Dataset], _ model: any TrainableModel, _ experiment: Experiment
    ) throws {
        guard let classCount = LegacyEvaluation.classCount(model) else { return }
        for (phase, dataset) in datasets.sorted(by: { $0.key < $1.key }) {
            let labels = (0..<dataset.count).compactMap { dataset.label(at: $0) }
            guard let largest = labels.max(), largest >= classCount else { continue }
            throw ConfigError(
                at: experiment.model["head"]?["num_classes"] ?? experiment.model,
                path: "model.head.num_classes",
                problem: "\(classCount) classes, but data.\(phase) has labels up to \(largest)",
                remedy: "set it to \(largest + 1)")
        }
    }
}

extension RunComponents {
    static func schedulers(
        _ optimizers: OptimizerSet, _ experiment: Experiment, batches: Int?,
        _ registries: Registries
    ) throws -> ParameterSchedulerSet? {
        guard let config = experiment.schedulers, let loop = experiment.trainLoop else {
            return nil
        }
        let length = RunLength(
            epochs: loop.byEpoch ? loop.maximum : nil,
            iterations: loop.byEpoch ? batches.map { $0 * loop.maximum } : loop.maximum,
            iterationsPerEpoch: batches)
        return try ParameterSchedulerSet(
            config, for: optimizers, length: length, registry: registries.parameterSchedulers)
    }

    /// Fits the rates to the batch size where the config asks for it; what was done.
    static func scaleRates(_ optimizer: OptimizerSet?, base: Int?, batchSize: Int?) throws
        -> [String]
    {
        guard let base, let size = batchSize else { return [] }
        let ratio = Double(size) / Double(base)
        for group in optimizer?.entries.flatMap(\.wrapper.optimizer.groups) ?? [] {
            group.learningRate *= ratio
        }
        return [
            "LR is set based on batch size of \(base) and the current batch size is \(size). "
                + "Scaling the original LR by \(ratio)."
        ]
    }

    private var allLoaders: [DataLoader] { loaders + (evaluation.map { [$0.loader] } ?? []) }

    /// Names every file that is left out as it is met.
    func reportSkippedFiles(to logger: Logger) {
        for loader in allLoaders { loader.onSkip = { logger.warning("\($0), skipped") } }
    }

    /// Says at the end how many reads failed, over all passes.
    func reportSkippedCount(to logger: Logger) {
        let count = allLoaders.reduce(0) { $0 + $1.skipped.count }
        if count > 0 {
            logger.warning("\(count) unreadable images were skipped")
        }
    }
}
