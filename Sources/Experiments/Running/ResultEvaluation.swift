public import ConfigCore
import ImageData
import NeuralNet
import TensorCore
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// Metrics of predictions that a test has written: what `tools/eval-metric` does.
///
/// Source: `eval_metric.py` of MMClassification 0.x and of MMPretrain.
public enum ResultEvaluation {
    /// The metrics of a legacy config's test data, from the scores in a file of `tools/test --out`.
    ///
    /// - Parameters:
    ///   - file: The file, JSON or pickle.
    ///   - config: The config.
    ///   - metrics: The metrics' names.
    ///   - options: Their options as `key=value`.
    ///   - registries: The components that the config may name.
    /// - Returns: A line a metric, as `tools/test` prints them.
    /// - Throws: `ConfigError`, `UsageError`, `DataError`.
    public static func legacy(
        _ file: String, _ config: LoadedConfig, metrics: [String], options: [String],
        registries: Registries
    ) throws -> [String] {
        let experiment = try Experiment(config.root, registries)
        guard experiment.style == .legacy else {
            throw UsageError(
                "\(file): the config beside it is a new-style one; give the pickle of results alone, "
                    + "with --metric type=...")
        }
        let phase = experiment.loaders["test"] == nil ? "val" : "test"
        let data = try RunComponents.loader(phase, experiment)
        let dataset = try buildDataset(
            data.dataset, at: data.path, registries: registries, style: experiment.pipelineStyle)
        let scores = try ResultFile.scores(file)
        guard scores.shape[0] == dataset.count else {
            throw DataError(
                file: file,
                reason: "\(scores.shape[0]) predictions for the \(dataset.count) samples of "
                    + "\(data.path); give the results of a test of this config", kind: .unfit)
        }
        let node = try LegacyEvaluation.config(experiment, metrics: metrics, options: options)
        let evaluator = try LegacyEvaluation.evaluator(
            node, at: "evaluation", classCount: scores.shape[1], dataset, warn: { _ in })
        try evaluator.process(Batch(.none, sampleCount: dataset.count), predictions: scores)
        return try lines(evaluator.computeDetails())
    }

    /// New-style metrics of the samples in a pickle of `tools/test --out`.
    ///
    /// - Parameters:
    ///   - file: The pickle.
    ///   - metrics: Each metric's settings as `key=value`, among them `type`.
    ///   - registries: The metrics that may be named.
    /// - Returns: A line a metric.
    /// - Throws: `ConfigError`, `UsageError`, `DataError`, `CheckpointError`.
    public static func newStyle(
        _ file: String, metrics: [[String]], registries: Registries
    ) throws -> [String] {
        let configs = try metrics.map { words in
            try ConfigOverrides.apply(
                ConfigOverrides.parse(words, option: "--metric"), to: [:])
        }
        let evaluator = try EvaluatorForm.config(ConfigNode(.list(configs))).build(
            at: "--metric", registry: registries.metrics, registries.context())
        guard let several = evaluator as? MetricEvaluator else { return [] }
        guard ResultFile.isPickle(file) else {
            throw UsageError(
                "\(file): expected the pickle of a new-style test; write it by tools/test --out "
                    + "results.pkl")
        }
        guard let samples = try PlainPickle.read(path: file).elements, !samples.isEmpty,
            samples.allSatisfy({ $0["pred_score"] != nil || $0["pred_label"] != nil })
        else {
            throw DataError(
                file: file,
                reason:
                    "is no list of samples with pred_score or pred_label; write it by tools/test "
                    + "--out of a new-style config", kind: .unfit)
        }
        return try lines(several.offlineEvaluate(samples.map { try DataValue($0) }))
    }

    private static func lines(_ metrics: [(name: String, value: MetricValue)]) -> [String] {
        metrics.map { "\n\($0.name) : \(MetricText.rounded($0.value))" }
    }
}
