import ConfigCore

extension LegacyInterpreter {
    /// The loaders that `data` describes, by the name of their data set.
    ///
    /// Keys beside the data sets hold for all loaders; `train_dataloader` and its like override them.
    /// Training shuffles; validation, test and the phases of custom runners go through the data in order
    /// and keep the last batch. The sampler is that of the loader's own `sampler_cfg`; training also has
    /// that of `data`, or of the top-level key `sampler`.
    static func loaders(_ reader: inout ConfigReader, phases: [String]) throws -> [String:
        Experiment.Loader]
    {
        let standard = ["train", "val", "test"]
        let sampler = try reader.nested("sampler") { try SamplerKeys(&$0) }
        let loaders = try reader.nested("data") { data in
            let common = try LoaderKeys(&data)
            var loaders: [String: Experiment.Loader] = [:]
            for phase in standard + Set(phases).subtracting(standard).sorted() {
                let own = try data.nested("\(phase)_dataloader") { try LoaderKeys(&$0) }
                guard let dataset = data.node(phase), !dataset.isNull else { continue }
                guard dataset.mapping != nil || dataset.list != nil else {
                    throw data.failure(
                        phase, "", expected: "a data set's mapping, or a list of them")
                }
                let isTraining = phase == "train"
                var loader = Experiment.Loader(
                    dataset: dataset, path: data.path(to: phase),
                    batchSize: try own?.batchSize ?? common.batchSize
                        ?? data.required("samples_per_gpu"),
                    workers: own?.workers ?? common.workers ?? 0,
                    keepsWorkers: own?.keepsWorkers ?? common.keepsWorkers ?? true,
                    shuffles: own?.shuffles ?? (isTraining ? common.shuffles ?? true : false),
                    dropsLast: own?.dropsLast ?? (isTraining ? common.dropsLast ?? false : false),
                    skipsCorrupt: own?.skipsCorrupt ?? common.skipsCorrupt ?? false)
                if let sampler = own?.sampler ?? (isTraining ? common.sampler ?? sampler : nil) {
                    loader.sampler = sampler.kind
                    if let shuffles = sampler.shuffles { loader.shuffles = shuffles }
                }
                loaders[phase] = loader
            }
            return loaders
        }
        return loaders ?? [:]
    }

}

/// What a sampler's config asks for.
///
/// Source: `build_dataloader` and the samplers of MMClassification 0.x on one process.
private struct SamplerKeys {
    let kind: Experiment.Sampler
    let shuffles: Bool?

    init(_ sampler: inout ConfigReader) throws {
        shuffles = try sampler.optional("shuffle")
        let type = try sampler.samplerType()
        switch type.name {
        case "DistributedSampler":
            kind = .seeded(try sampler.samplerSeed())
            // A single process needs no padding.
            sampler.ignore("round_up")
        case "RepeatAugSampler":
            let times = try sampler.repeats()
            // One process draws from its generator in any case.
            sampler.ignore("seed")
            let round = try sampler.value("selected_round", default: 256)
            let ratio = try sampler.value("selected_ratio", default: 0.0)
            guard round >= 0 else {
                throw sampler.failure("selected_round", "", expected: "0 or more")
            }
            guard ratio == 0 || ratio >= 1 else {
                throw sampler.failure("selected_ratio", "", expected: "0, or at least 1")
            }
            kind = .repeated(times: times, round: round, ratio: ratio == 0 ? 1 : ratio)
        case "ClassAwareSampler":
            kind = try sampler.classAwareSampler()
        default:
            throw sampler.unknownComponent(
                "sampler", type.written,
                among: ["DistributedSampler", "RepeatAugSampler", "ClassAwareSampler"])
        }
    }
}

/// The keys that tell how batches are made.
private struct LoaderKeys {
    let batchSize: Int?
    let workers: Int?
    let keepsWorkers: Bool?
    let shuffles: Bool?
    let dropsLast: Bool?
    let skipsCorrupt: Bool?
    let sampler: SamplerKeys?

    init(_ reader: inout ConfigReader) throws {
        batchSize = try reader.optional("samples_per_gpu")
        if let batchSize, batchSize < 1 {
            throw reader.failure("samples_per_gpu", "", expected: "at least 1")
        }
        workers = try reader.optional("workers_per_gpu")
        if let workers, workers < 0 {
            throw reader.failure("workers_per_gpu", "", expected: "0 or more")
        }
        shuffles = try reader.optional("shuffle")
        dropsLast = try reader.optional("drop_last")
        keepsWorkers = try reader.optional("persistent_workers")
        sampler = try reader.nested("sampler_cfg") { try SamplerKeys(&$0) }
        // They steer Python's worker processes, several of them, and loaders for IPUs; threads of one
        // process need none of them.
        reader.ignore(
            "pin_memory", "prefetch_factor", "mode", "round_up", "timeout",
            "multiprocessing_context")
        switch try reader.optional("on_corrupt", as: String.self) {
        case nil: skipsCorrupt = nil
        case "error": skipsCorrupt = false
        case "skip": skipsCorrupt = true
        default:
            throw reader.failure("on_corrupt", "", expected: "\"error\" or \"skip\"")
        }
    }
}
