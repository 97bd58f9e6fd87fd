import ConfigCore
public import TrainingInterfaces

/// The hooks of runs with MMEngine's loops; those that MMCV has under the same name stand in its scope.
enum LoopHooks {
    static func register(in registry: inout Registry<any Hook>) {
        registry.register("mmengine.CheckpointHook") { reader, _ in
            LoopCheckpointHook(try LoopCheckpointSettings(from: &reader))
        }
        registry.register("mmengine.EMAHook") { reader, _ in try LoopEMAHook(from: &reader) }
        registry.register("mmengine.DistSamplerSeedHook") { _, _ in LoopSamplerSeedHook() }
        registry.register("ParamSchedulerHook") { _, _ in ParamSchedulerHook() }
        registry.register("RuntimeInfoHook") { _, _ in RuntimeInfoHook() }
        registry.register("LoggerHook") { reader, _ in
            LoopLoggerHook(try LoopLoggerHook.Settings(from: &reader))
        }
        registry.register("mmengine.ProfilerHook") { reader, _ in
            try ProfilerHook(fromLoopConfig: &reader)
        }
        registry.register("VisualizationHook") { reader, _ in
            try VisualizationHook(from: &reader)
        }
        registry.register("NaiveVisualizationHook") { reader, _ in
            try NaiveVisualizationHook(from: &reader)
        }
        registry.register("EarlyStoppingHook") { reader, _ in
            try EarlyStoppingHook(from: &reader)
        }
    }
}

extension LoopLoggerHook: PrioritizedHook, VisualizerUser {}

extension MetricEvaluator: ValueEvaluator {}

/// Numbers the passes of samplers, which runners here do themselves.
///
/// Source: MMEngine's `DistSamplerSeedHook`.
public final class LoopSamplerSeedHook: BeforeTrainEpoch {
    /// The hook.
    public init() {}

    /// The original's name.
    public var name: String { "DistSamplerSeedHook" }

    /// Nothing: the runner tells the loader its epoch.
    public func beforeTrainEpoch(_ runner: BaseRunner) {}
}
