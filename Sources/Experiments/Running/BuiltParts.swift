import ImageData
import Logging
import NeuralNet
import TensorCore
import TrainingInterfaces
import WorkflowRunner

/// Objects that are there before a run begins: given by the user, or built ahead from the config.
struct BuiltParts {
    /// The keys of the config that objects of the user's stand for.
    var keys: Set<String> = []
    var model: (any TrainableModel)?
    /// Loaders by phase: `train`, `val`, `test`.
    var loaders: [String: DataLoader] = [:]
    var wrappers: OptimizerSet?
    var schedulers: ParameterSchedulerSet?
    /// Evaluators by phase.
    var evaluators: [String: any Evaluator] = [:]
    /// Hooks of the user's own, beside those that the config lists.
    var hooks: [(hook: any Hook, priority: HookPriority)] = []
    /// All hooks in order, where they were built ahead; the config's are among them.
    var allHooks: [(hook: any Hook, priority: HookPriority)]?
    /// Hooks that stand for those of `default_hooks` by their keys.
    var defaultHooks: [String: any Hook] = [:]
    /// Whether the rates of `wrappers` are fitted to the batch size.
    var hasScaledRates = false
    var processor: LogProcessor?
    var visualizer: Visualizer?
    var logger: Logger?
    var generator: TorchGenerator?
    var seed: UInt64?
    var timestamp: String?
    var experimentName: String?
    /// What the user should know of parts built ahead.
    var warnings: [String] = []
    private var ownDevice: Device?

    /// Whether one of the hooks acts when a checkpoint is loaded.
    var hearsOfLoading: Bool {
        ((allHooks ?? hooks).map(\.hook) + defaultHooks.values).contains {
            $0 is any AfterLoadCheckpoint
        }
    }

    /// Whether nobody gave or built anything.
    var isEmpty: Bool { timestamp == nil }

    /// Where the model is, or what was made to build it on.
    var device: Device? {
        get { model?.namedParameters().first?.parameter.value.device ?? ownDevice }
        set { ownDevice = newValue }
    }
}
