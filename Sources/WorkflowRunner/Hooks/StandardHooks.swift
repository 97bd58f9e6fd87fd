public import ConfigCore

extension Registry where Product == any Hook {
    /// The hooks that configs may name.
    public static func standardHooks() -> Registry<any Hook> {
        var registry = Registry<any Hook>("hook")
        LearningRatePolicies.register(in: &registry)
        MomentumPolicies.register(in: &registry)
        registry.register("OptimizerHook") { reader, _ in try OptimizerHook(from: &reader) }
        registry.register("Fp16OptimizerHook") { reader, _ in
            try Fp16OptimizerHook(from: &reader)
        }
        registry.register("CheckpointHook") { reader, _ in try CheckpointHook(from: &reader) }
        registry.register("IterTimerHook") { _, _ in IterTimerHook() }
        registry.register("TextLoggerHook") { reader, _ in try TextLoggerHook(from: &reader) }
        registry.register("TensorboardLoggerHook") { reader, _ in
            try TensorboardLoggerHook(from: &reader)
        }
        registry.register("ProfilerHook") { reader, _ in try ProfilerHook(from: &reader) }
        return registry
    }
}

extension BuildContext {
    /// A context with the standard hooks and nothing else.
    static var standardHooks: BuildContext {
        var context = BuildContext()
        context.provide(Registry<any Hook>.standardHooks())
        return context
    }
}
