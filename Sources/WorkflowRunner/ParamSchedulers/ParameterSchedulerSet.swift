public import ConfigCore
public import NeuralNet
public import TorchFile

/// The parameter schedulers of a run: those of its only optimizer, or of each by name.
///
/// This is what a run holds: `param_scheduler` of a config together with the optimizers makes it.
public final class ParameterSchedulerSet {
    /// The schedulers of each optimizer; the name is empty where there is just one.
    public let entries: [(name: String, schedulers: ParameterSchedulers)]

    /// Schedulers by optimizer.
    public init(_ entries: [(name: String, schedulers: ParameterSchedulers)]) {
        self.entries = entries
    }

    /// Builds the schedulers of a config.
    ///
    /// - Parameters:
    ///   - config: A scheduler's config or a list of them, for every optimizer; or a mapping from the
    ///     optimizers' names to such.
    ///   - path: The way to it, for messages.
    ///   - optimizers: The optimizers.
    ///   - length: How long the run is: the `end` of schedulers that name none.
    ///   - registry: The schedulers that may be named.
    ///   - tell: Takes the lines of schedulers with `verbose=True`.
    /// - Throws: `ConfigError`.
    public convenience init(
        _ config: ConfigNode, at path: String = "param_scheduler", for optimizers: OptimizerSet,
        length: RunLength,
        registry: Registry<any ParameterScheduler> = .standardParameterSchedulers(),
        tell: @escaping (String) -> Void = { _ in }
    ) throws {
        let names = optimizers.entries.map(\.name)
        let isNamed = optimizers.single == nil && config.mapping != nil && config["type"] == nil
        if isNamed {
            for (name, node) in config.mapping ?? ConfigMapping() where !names.contains(name) {
                throw ConfigError(
                    ConfigIssue(
                        at: node, pointingAt: .key, path: ConfigPath.join(path, key: name),
                        problem: "there is no optimizer of that name",
                        remedy: Spelling.suggestion(for: name, among: names).map {
                            "did you mean \($0)?"
                        } ?? "known: \(names.joined(separator: ", "))"))
            }
        }
        self.init(
            try optimizers.entries.map { name, wrapper in
                let own = isNamed ? config[name] : config
                guard let own else {
                    throw ConfigError(
                        at: config, path: path, problem: "optimizer \(name) has no scheduler",
                        remedy: "give it one, or an empty list")
                }
                let target = SchedulerTarget(wrapper, length: length, tell: tell)
                let place = isNamed ? ConfigPath.join(path, key: name) : path
                return (
                    name, try ParameterSchedulers(own, at: place, for: target, registry: registry)
                )
            })
    }

    /// Whether there is no scheduler at all.
    public var isEmpty: Bool { entries.allSatisfy { $0.schedulers.schedulers.isEmpty } }

    /// Whether a setting of the optimizers is moved by a scheduler.
    public func moves(_ parameter: String) -> Bool {
        entries.contains { $0.schedulers.schedulers.contains { $0.parameter.name == parameter } }
    }

    /// Takes a step after each training iteration.
    public func stepIteration() throws {
        for entry in entries { try entry.schedulers.stepIteration() }
    }

    /// Takes a step after each training epoch.
    public func stepEpoch() throws {
        for entry in entries { try entry.schedulers.stepEpoch() }
    }

    /// Shows the metrics of a validation to the schedulers that look at them.
    public func step(metrics: [String: Double]) throws {
        for entry in entries { try entry.schedulers.step(metrics: metrics) }
    }

    /// What a checkpoint keeps under `param_schedulers`, as MMEngine writes it.
    public var state: TorchValue {
        if entries.count == 1, entries[0].name.isEmpty { return entries[0].schedulers.state }
        return .dictionary(TorchDictionary(entries.map { ($0.name, $0.schedulers.state) }))
    }

    /// Goes on from a checkpoint whose optimizer state has been loaded; see `ParameterSchedulers.resume`.
    ///
    /// - Returns: What the user should hear.
    public func resume(
        _ saved: TorchValue?, _ progress: TrainedLength, hasOptimizerState: Bool = true
    ) throws -> [String] {
        try entries.flatMap { name, schedulers in
            let own = name.isEmpty ? saved : saved?[name]
            let lines = try schedulers.resume(own, progress, hasOptimizerState: hasOptimizerState)
            return name.isEmpty ? lines : lines.map { "\(name): \($0)" }
        }
    }
}
