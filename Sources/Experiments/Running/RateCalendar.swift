import Classifiers
import ConfigCore
import Foundation
import ImageData
import NeuralNet
import WorkflowRunner

/// How the learning rate of a legacy config goes, in words.
enum RateCalendar {
    /// How many different rates are told one by one.
    private static let limit = 6

    /// A line an optimizer, and one of the warmup.
    ///
    /// The data is looked at only where the length of an epoch matters.
    static func lines(_ experiment: Experiment, _ registries: Registries) throws -> [String] {
        guard let optimizer = experiment.optimizer else { return [] }
        let starts = try startingRates(optimizer, registries)
        let runner = experiment.runner
        guard let config = experiment.hooks.learningRate, !config.isNull else {
            return starts.map { "\(title($0.name)): \(number($0.rate))" }
        }
        let hook = try LearningRateHook.hook(
            config, runnerCountsEpochs: runner.byEpoch, registries.context())
        guard let hook else { return ["learning rate: set by a hook of its own"] }
        var count: Int? = runner.maximum
        if runner.byEpoch, !hook.byEpoch {
            count = batchesPerEpoch(experiment, registries).map { $0 * runner.maximum }
        }
        guard let count else {
            return [
                "learning rate: follows iterations; data.train cannot be read here, so the length "
                    + "of an epoch is not known"
            ]
        }
        let names = starts.map(\.name)
        let curves = try starts.map {
            try hook.curve(
                from: $0.rate, of: $0.name, among: names, count: count,
                runnerCountsEpochs: runner.byEpoch)
        }
        let rates = try zip(names, curves).compactMap { name, curve in
            try curve.map { "\(title(name)): \(try text($0))" }
        }
        return rates + (try curves.first.flatMap { $0 }.flatMap(warmup).map { [$0] } ?? [])
    }

    static func title(_ optimizer: String) -> String {
        optimizer.isEmpty ? "learning rate" : "learning rate of \(optimizer)"
    }

    /// The rate each optimizer starts from, its default where the config gives none.
    private static func startingRates(_ config: ConfigNode, _ registries: Registries) throws -> [(
        name: String, rate: Double
    )] {
        guard config.namesParts, let parts = config.mapping else {
            return [("", try startingRate(config, at: "optimizer", registries))]
        }
        return try parts.map { name, part in
            (name, try startingRate(part, at: ConfigPath.join("optimizer", key: name), registries))
        }
    }

    private static func startingRate(
        _ config: ConfigNode, at path: String, _ registries: Registries
    ) throws -> Double {
        try optimizer(config, at: path, registries).groups.first?.learningRate ?? 0
    }

    /// An optimizer of one group without parameters, with the settings of a config.
    static func optimizer(
        _ config: ConfigNode, at path: String, _ registries: Registries
    ) throws -> Optimizer {
        var context = registries.context()
        let group = ParameterGroup([])
        context.provide(OptimizerParameters([group]))
        context.provide(BuildWarnings())
        let own = config.removing("paramwise_cfg").removing("constructor")
        return try registries.optimizers.build(own, at: path, context)
    }

    /// How many batches the training data makes; nil where it is not there.
    static func batchesPerEpoch(_ experiment: Experiment, _ registries: Registries) -> Int? {
        guard let loader = experiment.loaders["train"],
            let data = try? buildDataset(loader.dataset, at: loader.path, registries: registries)
        else { return nil }
        let samples = data.count
        let full = samples / loader.batchSize
        return loader.dropsLast || samples.isMultiple(of: loader.batchSize) ? full : full + 1
    }

    private static func text(_ curve: LearningRateCurve) throws -> String {
        try text(curve.count, curve.byEpoch ? "epoch" : "iteration") { try curve.value(at: $0) }
    }

    /// Rates with the steps they hold in; of a rate that changes all the time some points.
    static func text(
        _ count: Int, _ unit: String, _ value: (Int) throws -> Double
    ) throws -> String {
        var spans: [(rate: Double, first: Int, last: Int)] = []
        for step in 0..<count where spans.count <= limit {
            let rate = try value(step)
            if let last = spans.last, last.rate == rate {
                spans[spans.count - 1].last = step
            } else {
                spans.append((rate, step, step))
            }
        }
        if spans.count == 1 { return number(spans[0].rate) }
        if spans.count <= limit {
            return spans.map { span in
                span.first == span.last
                    ? "\(number(span.rate)) in \(unit) \(span.first + 1)"
                    : "\(number(span.rate)) in \(unit)s \(span.first + 1)-\(span.last + 1)"
            }.joined(separator: ", ")
        }
        let points = try (0..<limit).map { part in
            let step = part * (count - 1) / (limit - 1)
            return "\(number(try value(step))) in \(step + 1)"
        }
        return "changes with every \(unit): \(points.joined(separator: ", "))"
    }

    private static func warmup(_ curve: LearningRateCurve) throws -> String? {
        guard let warmup = curve.warmup else { return nil }
        let (count, unit) =
            switch warmup.length {
            case .iterations(let count): (count, "iteration")
            case .epochs(let count): (count, "epoch")
            }
        let start = try curve.value(at: 0) * warmup.ratio
        return "warmup: \(warmup.shape.rawValue), from \(number(start)), "
            + "\(count) \(unit)\(count == 1 ? "" : "s")"
    }

    private static func number(_ value: Double) -> String { String(format: "%.4g", value) }
}
