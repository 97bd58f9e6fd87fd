import ConfigCore
import TrainingInterfaces
import WorkflowRunner

/// Builds what a new-style config names as its evaluator.
///
/// `labels` are those of the data in order, where they are known without its batches.
func buildEvaluator(
    _ config: ConfigNode, at path: String, labels: [Int64]?, _ registries: Registries
) throws -> any Evaluator {
    try EvaluatorForm.config(config).build(
        at: path, registry: registries.metrics, labels: labels, registries.context())
}
