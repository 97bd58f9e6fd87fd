import ImageData
import NeuralNet
import TensorCore
import TrainingInterfaces
import WorkflowRunner

/// Objects that stand for keys of a new-style config.
struct BuiltParts {
    var model: (any TrainableModel)?
    /// Loaders by phase: `train`, `val`, `test`.
    var loaders: [String: DataLoader] = [:]
    var wrappers: OptimizerSet?
    /// Evaluators by phase.
    var evaluators: [String: any Evaluator] = [:]
    var hooks: [(hook: any Hook, priority: HookPriority)] = []

    /// The keys they stand for.
    var keys: Set<String> {
        var keys = Set(loaders.keys.map { "\($0)_dataloader" })
        keys.formUnion(evaluators.keys.map { "\($0)_evaluator" })
        if model != nil { keys.insert("model") }
        if wrappers != nil { keys.insert("optim_wrapper") }
        return keys
    }

    var isEmpty: Bool { keys.isEmpty }

    /// Where the model is.
    var device: Device? { model?.namedParameters().first?.parameter.value.device }
}
