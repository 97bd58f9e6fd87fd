public import ConfigCore
public import TrainingInterfaces

/// What may stand for an evaluator: itself, a config of one or several metrics, or built metrics.
public enum EvaluatorForm {
    /// An evaluator.
    case evaluator(any Evaluator)
    /// A metric's config, a list of them, or `{"metrics": …}` with either.
    case config(ConfigNode)
    /// Built metrics.
    case metrics([any BaseMetric])

    /// The evaluator.
    ///
    /// - Parameters:
    ///   - path: The way to it, for messages.
    ///   - registry: The metrics that may be named.
    ///   - labels: The classes of all samples in order, where they are known without the batches.
    ///   - context: What factories may ask for.
    /// - Returns: The evaluator.
    /// - Throws: `ConfigError`; `RunnerError` where two metrics give a number of the same name.
    public func build(
        at path: String = "val_evaluator",
        registry: Registry<any BaseMetric>, labels: [Int64]? = nil,
        _ context: BuildContext = BuildContext()
    ) throws -> any Evaluator {
        switch self {
        case .evaluator(let evaluator): return evaluator
        case .metrics(let metrics):
            return try MetricEvaluator(metrics, labels: labels, path: path)
        case .config(let config):
            let metrics = try Self.metrics(config, path, registry, context)
            return try MetricEvaluator(metrics, labels: labels, path: path)
        }
    }

    private static func metrics(
        _ config: ConfigNode, _ path: String, _ registry: Registry<any BaseMetric>,
        _ context: BuildContext
    ) throws -> [any BaseMetric] {
        if let list = config.list {
            return try list.enumerated().map {
                try registry.build($1, at: ConfigPath.join(path, index: $0), context)
            }
        }
        guard config["metrics"] != nil else {
            return [try registry.build(config, at: path, context)]
        }
        return try config.decode(at: path) { reader in
            let type = try reader.value("type", default: "Evaluator")
            guard type.split(separator: ".").last == "Evaluator" else {
                throw reader.failure(
                    "type", "\"\(type)\" is not a known evaluator", remedy: "known: Evaluator")
            }
            return try metrics(
                try reader.required("metrics"), reader.path(to: "metrics"), registry, context)
        }
    }
}
