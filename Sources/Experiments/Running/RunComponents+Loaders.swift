import ConfigCore
import ImageData
import TensorCore
import TrainingInterfaces
import WorkflowRunner

extension RunComponents {
    /// How a phase's data are loaded.
    static func loader(_ phase: String, _ experiment: Experiment) throws -> Experiment.Loader {
        if let loader = experiment.loaders[phase] { return loader }
        guard let entry = experiment.workflow.firstIndex(where: { $0.phase == phase }) else {
            throw ConfigError(
                at: [:], path: "data.\(phase)", problem: "required by the evaluation, but missing",
                remedy: "add it, or pass --no-validate")
        }
        let meant = Spelling.suggestion(for: phase, among: experiment.loaders.keys.sorted())
        throw ConfigError(
            WorkflowError(
                "the phase \"\(phase)\" has no data set data.\(phase)",
                remedy: meant.map { "did you mean \"\($0)\"?" }
                    ?? "add the data set, or leave the phase out",
                entry: entry), experiment)
    }

    /// The loader of a phase's data, or, for a val phase that is to be as the original's, data of val the
    /// way `train` loads them.
    static func phaseLoader(
        _ phase: String, _ experiment: Experiment, _ datasets: [String: any Dataset],
        _ generator: TorchGenerator, seed: UInt64, _ registries: Registries
    ) throws -> DataLoader {
        var pipeline: Pipeline?
        var manner: Experiment.Loader?
        if phase == "val" && experiment.validatesWithTrainPipeline {
            let train = try loader("train", experiment)
            manner = train
            pipeline = try buildDataset(train.dataset, at: train.path, registries: registries)
                .pipeline
        }
        return try loader(
            phase, experiment, datasets, generator, seed: seed, registries,
            // The original goes through the data of all phases as the train loader does.
            standsForShuffled: phase != "train" && experiment.loaders["train"]?.shuffles == true,
            pipeline: pipeline, manner: manner,
            // Its loss needs the labels, which a pipeline for testing does not collect.
            keepsLabels: phase != "train")
    }

    static func loader(
        _ phase: String, _ experiment: Experiment, _ datasets: [String: any Dataset],
        _ generator: TorchGenerator, seed: UInt64, _ registries: Registries,
        standsForShuffled: Bool = false, pipeline: Pipeline? = nil,
        manner: Experiment.Loader? = nil, keepsLabels: Bool = false
    ) throws -> DataLoader {
        var options = try loader(phase, experiment)
        if let manner {
            (options.batchSize, options.workers) = (manner.batchSize, manner.workers)
            (options.shuffles, options.dropsLast) = (manner.shuffles, manner.dropsLast)
        }
        guard let dataset = datasets[phase] else {
            throw ConfigError(at: options.dataset, path: options.path, problem: "is not built")
        }
        return try loader(
            options, dataset, generator, seed: seed, registries,
            standsForShuffled: standsForShuffled, pipeline: pipeline, keepsLabels: keepsLabels)
    }

    /// The loader of a data set that is built.
    static func loader(
        _ options: Experiment.Loader, _ dataset: any Dataset, _ generator: TorchGenerator,
        seed: UInt64, _ registries: Registries, standsForShuffled: Bool = false,
        pipeline: Pipeline? = nil, keepsLabels: Bool = false
    ) throws -> DataLoader {
        let order = order(options, seed: seed, standsForShuffled: standsForShuffled)
        guard !order.needsClasses || dataset.hasClasses else {
            throw ConfigError(
                at: options.dataset, path: options.path,
                problem: "ClassAwareSampler needs data that tells its classes",
                remedy: "take another sampler")
        }
        let loader = DataLoader(
            dataset: dataset, pipeline: pipeline, batchSize: options.batchSize,
            workers: options.workers,
            order: order, generator: generator, seed: seed, dropLast: options.dropsLast,
            onCorrupt: options.skipsCorrupt ? .skip : .error,
            collate: try options.collate(registries),
            keepsWorkers: options.keepsWorkers, keepsLabels: keepsLabels)
        guard loader.sampleCount > 0 || dataset.count == 0 || options.dropsLast else {
            throw ConfigError(
                at: options.dataset, path: options.path,
                problem:
                    "RepeatAugSampler takes whole rounds of selected_round samples, of which "
                    + "\(dataset.count) are less than one",
                remedy: "set selected_round=0")
        }
        guard loader.batchesPerEpoch > 0 else {
            let key = options.path.hasPrefix("data.") ? "samples_per_gpu" : "batch_size"
            throw ConfigError(
                at: options.dataset, path: options.path,
                problem:
                    "\(dataset.count) samples do not fill a batch of \(options.batchSize), and "
                    + "drop_last leaves them out",
                remedy: "lower \(key), or leave drop_last out")
        }
        return loader
    }

    /// The order of a loader's passes.
    static func order(
        _ options: Experiment.Loader, seed: UInt64, standsForShuffled: Bool = false
    ) -> SampleOrder {
        switch options.sampler {
        case .seeded(let own): return .seeded(seed: own ?? seed, shuffle: options.shuffles)
        case .endless(let own): return .endless(seed: own ?? seed, shuffle: options.shuffles)
        case .seededRepeats(let own, let times):
            return .seededRepeats(seed: own ?? seed, shuffle: options.shuffles, times: times)
        case .classAware(let own, let samplesPerClass):
            return .classAware(seed: own ?? seed, samplesPerClass: samplesPerClass)
        case .repeated(let times, let round, let ratio) where options.shuffles:
            return .repeated(times: times, round: round, ratio: ratio)
        case .generator, .repeated:
            if options.shuffles { return .shuffled }
            return standsForShuffled ? .sequentialInsteadOfShuffled : .sequential
        }
    }
}
