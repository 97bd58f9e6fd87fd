public import Classifiers
public import ConfigCore
public import ImageData
public import NeuralNet
public import TrainingInterfaces
public import WorkflowRunner

/// Every component that a config may name.
///
/// A value: a program adds its own components to a copy of the standard one.
public struct Registries: Sendable {
    /// Steps of data pipelines.
    public var transforms: Registry<any Transform>
    /// Data sets.
    public var datasets: Registry<any Dataset>
    /// Functions that put samples together to batches.
    public var collates: Registry<Collate>
    /// Backbones, necks, heads, losses and classifiers.
    public var models: ModelRegistries
    /// Optimizers.
    public var optimizers: Registry<Optimizer>
    /// What builds several optimizers, or one in a way of its own, in new-style configs.
    public var optimWrapperConstructors: Registry<any OptimWrapperConstructor>
    /// Parameter schedulers of new-style configs.
    public var parameterSchedulers: Registry<any ParameterScheduler>
    /// Metrics of new-style configs.
    public var metrics: Registry<any BaseMetric>
    /// Hooks.
    public var hooks: Registry<any Hook>
    /// Runners.
    public var runners: Registry<BaseRunner>
    /// Train loops of one's own, for `train_cfg` of new-style configs.
    public var trainLoops = Registry<any TrainLoop>("train loop")
    /// Loops of one's own that evaluate, for `val_cfg` and `test_cfg` of new-style configs.
    public var evaluationLoops = Registry<any EvaluationLoop>("loop")
    /// Subclasses of `Runner`, for `runner_type` of new-style configs, by name.
    public private(set) var runnerTypes: [String: Runner.Type] = [:]

    /// Lets `runner_type` name a subclass of `Runner`.
    public mutating func register(runnerType: Runner.Type) {
        runnerTypes["\(runnerType)"] = runnerType
    }

    /// Visualizers of new-style configs.
    public var visualizers = Registry<Visualizer>.standardVisualizers()
    /// Where visualizers write.
    public var visualizationBackends =
        Registry<any VisualizationBackend>.standardVisualizationBackends()
    /// What makes lines and rows of what a run tells, for `log_processor` of new-style configs.
    public var logProcessors = Registry<LogProcessor>.standardLogProcessors()
    /// Ways to sum up numbers that `log_processor.custom_cfg` may name as `method_name`.
    public var logStatistics: [String: HistoryStatistic] = [:]

    /// The Python modules whose components were registered here, for a config's `custom_imports`.
    public private(set) var providedModules: Set<String> = []

    /// Says that the components of a Python module are registered here, so that configs which import it
    /// by `custom_imports` are taken; with a package come the modules in it.
    public mutating func provide(_ module: String) { providedModules.insert(module) }

    /// What this program brings.
    public static func standard() -> Registries {
        Registries(
            transforms: standardTransforms, datasets: standardDatasets,
            collates: standardCollates, models: .standard,
            optimizers: .standardOptimizers(),
            optimWrapperConstructors: .standardOptimWrapperConstructors(),
            parameterSchedulers: .standardParameterSchedulers(),
            metrics: .standardMetrics(), hooks: .standardHooks(),
            runners: .standardRunners())
    }

    /// A context in which factories find these registries.
    public func context() -> BuildContext {
        var context = BuildContext()
        context.provide(transforms)
        context.provide(datasets)
        context.provide(collates)
        context.provide(PickledArrays.plain)
        models.provide(to: &context)
        context.provide(optimizers)
        context.provide(parameterSchedulers)
        context.provide(metrics)
        context.provide(hooks)
        context.provide(runners)
        context.provide(visualizers)
        context.provide(visualizationBackends)
        context.provide(logProcessors)
        context.provide(HistoryStatistics(byName: logStatistics))
        context.provide(trainLoops)
        context.provide(evaluationLoops)
        return context
    }
}

extension Registry where Product == any BaseMetric {
    /// The metrics that new-style configs may name.
    public static func standardMetrics() -> Registry<any BaseMetric> {
        var registry = classificationMetrics()
        registry.registerCommonMetrics()
        return registry
    }
}
