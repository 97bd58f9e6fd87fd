import ConfigCore
import ImageData
import NeuralNet
import WorkflowRunner

/// How the learning rate of a new-style config goes: what its schedulers set it to.
enum SchedulerCalendar {
    /// A line an optimizer, and one a scheduler.
    ///
    /// The data is looked at only where the length of an epoch matters.
    /// Errors: throws `ConfigError` where an optimizer or a scheduler cannot be built.
    static func lines(
        _ root: ConfigNode, _ loop: TrainLoopConfig, _ registries: Registries
    ) throws -> [String] {
        guard let wrapper = root["optim_wrapper"], !wrapper.isNull else { return [] }
        let schedulers = root["param_scheduler"] ?? .init(.null)
        let optimizers = try optimizers(wrapper, registries)
        let length = length(root, loop, schedulers, registries)
        guard let length else {
            return [
                "learning rate: follows iterations; train_dataloader cannot be read here, so the "
                    + "length of an epoch is not known"
            ] + words(schedulers)
        }
        let rates = try optimizers.map { name, optimizer in
            let isNamed = schedulers.mapping != nil && schedulers["type"] == nil && !name.isEmpty
            let config = isNamed ? schedulers[name] ?? .init(.null) : schedulers
            let path =
                isNamed ? ConfigPath.join("param_scheduler", key: name) : "param_scheduler"
            let curve = try curve(optimizer, config, path, loop, length, registries)
            return "\(RateCalendar.title(name)): \(curve)"
        }
        return rates + words(schedulers)
    }

    private static func optimizers(_ wrapper: ConfigNode, _ registries: Registries) throws -> [(
        name: String, optimizer: Optimizer
    )] {
        if let config = wrapper["optimizer"]?.unlessNull {
            let optimizer = try RateCalendar.optimizer(
                config, at: "optim_wrapper.optimizer", registries)
            return [("", optimizer)]
        }
        return try (wrapper.mapping ?? ConfigMapping()).compactMap { name, part in
            try part["optimizer"].map { config in
                (
                    name,
                    try RateCalendar.optimizer(
                        config, at: "optim_wrapper.\(name).optimizer", registries)
                )
            }
        }
    }

    /// The length of the run; nil where schedulers need one that only the data tells.
    private static func length(
        _ root: ConfigNode, _ loop: TrainLoopConfig, _ schedulers: ConfigNode,
        _ registries: Registries
    ) -> RunLength? {
        let all = configs(schedulers)
        let converts = all.contains { $0["convert_to_iter_based"]?.bool == true }
        let countsIterations = converts || all.contains { $0["by_epoch"]?.bool == false }
        let needsData = loop.byEpoch ? countsIterations : converts
        let perEpoch = needsData ? batchesPerEpoch(root, registries) : nil
        if needsData, perEpoch == nil { return nil }
        return RunLength(
            epochs: loop.byEpoch ? loop.maximum : 1,
            iterations: loop.byEpoch ? perEpoch.map { $0 * loop.maximum } : loop.maximum,
            iterationsPerEpoch: perEpoch)
    }

    /// How many batches the training data makes; nil where it is not there.
    private static func batchesPerEpoch(_ root: ConfigNode, _ registries: Registries) -> Int? {
        guard let loader = root["train_dataloader"], let size = loader["batch_size"]?.int, size > 0,
            let config = loader["dataset"],
            let data = try? buildDataset(
                config, at: "train_dataloader.dataset", registries: registries)
        else { return nil }
        let full = data.count / size
        let dropsLast = loader["drop_last"]?.bool ?? false
        return dropsLast || data.count.isMultiple(of: size) ? full : full + 1
    }

    /// What the schedulers set the rate to, step by step.
    private static func curve(
        _ optimizer: Optimizer, _ config: ConfigNode, _ path: String, _ loop: TrainLoopConfig,
        _ length: RunLength, _ registries: Registries
    ) throws -> String {
        let schedulers = try ParameterSchedulers(
            config, at: path, for: SchedulerTarget(optimizer.groups, length: length),
            registry: registries.parameterSchedulers)
        let byEpoch = loop.byEpoch && schedulers.schedulers.allSatisfy(\.byEpoch)
        let count = byEpoch ? loop.maximum : length.iterations ?? loop.maximum
        let perEpoch = length.iterationsPerEpoch ?? 1
        var rates: [Double] = []
        for step in 1...max(1, count) {
            rates.append(optimizer.groups.first?.learningRate ?? 0)
            guard step < count else { break }
            if !byEpoch { try schedulers.stepIteration() }
            if byEpoch || loop.byEpoch && step.isMultiple(of: perEpoch) {
                try schedulers.stepEpoch()
            }
        }
        return try RateCalendar.text(count, byEpoch ? "epoch" : "iteration") { rates[$0] }
    }

    // MARK: In words

    /// The schedulers' configs, of all optimizers.
    private static func configs(_ node: ConfigNode) -> [ConfigNode] {
        if let list = node.list { return list }
        guard let entries = node.mapping, node["type"] == nil else {
            return node.isNull ? [] : [node]
        }
        return entries.flatMap { configs($0.node) }
    }

    private static func words(_ schedulers: ConfigNode) -> [String] {
        configs(schedulers).map(text)
    }

    private static func text(_ scheduler: ConfigNode) -> String {
        let isConverted = scheduler["convert_to_iter_based"]?.bool ?? false
        let unit = scheduler["by_epoch"]?.bool ?? true ? "epochs" : "iterations"
        let begin = (scheduler["begin"]?.int ?? 0) + 1
        let span = scheduler["end"]?.int.map { "\(begin)-\($0)" } ?? "from \(begin) on"
        let shown: Set<String> = ["type", "by_epoch", "begin", "end", "convert_to_iter_based"]
        let settings = (scheduler.mapping ?? ConfigMapping()).filter { !shown.contains($0.key) }
            .map { ", \($0.key)=\(ConfigWriter.line($0.node, as: .json))" }.joined()
        let steps = isConverted ? ", iteration by iteration" : ""
        return "    \(scheduler["type"]?.string ?? "?"): \(unit) \(span)\(steps)\(settings)"
    }
}
