public import ConfigCore

extension Registry where Product == any Hook {
    /// The hooks that configs may name.
    public static func standardHooks() -> Registry<any Hook> {
        var registry = Registry<any Hook>("hook")
        LearningRatePolicies.register(in: &registry)
        MomentumPolicies.register(in: &registry)
        registry.register("OptimizerHook") { reader, _ in try OptimizerHook(from: &reader) }
        registry.register("GradientCumulativeOptimizerHook") { reader, _ in
            try GradientCumulativeOptimizerHook(from: &reader)
        }
        registry.register("Fp16OptimizerHook") { reader, _ in
            try Fp16OptimizerHook(from: &reader)
        }
        registry.register("GradientCumulativeFp16OptimizerHook") { reader, _ in
            try GradientCumulativeFp16OptimizerHook(from: &reader)
        }
        registry.register("CheckpointHook") { reader, _ in try CheckpointHook(from: &reader) }
        registry.register("IterTimerHook") { _, _ in IterTimerHook() }
        registry.register("TextLoggerHook") { reader, _ in try TextLoggerHook(from: &reader) }
        registry.register("TensorboardLoggerHook") { reader, _ in
            try TensorboardLoggerHook(from: &reader)
        }
        registry.register("ProfilerHook") { reader, _ in try ProfilerHook(from: &reader) }
        registry.register("EMAHook") { reader, _ in try EMAHook(from: &reader) }
        registry.register("PreciseBNHook") { reader, _ in try PreciseBNHook(from: &reader) }
        registry.register("ClassNumCheckHook") { _, _ in ClassNumCheckHook() }
        registry.register("SyncBuffersHook") { reader, _ in try SyncBuffersHook(from: &reader) }
        registry.register("DistSamplerSeedHook") { _, _ in DistSamplerSeedHook() }
        registry.register("EmptyCacheHook") { reader, _ in try EmptyCacheHook(from: &reader) }
        registry.register("ClosureHook") { reader, _ in throw ClosureHook.refuse(&reader) }
        HostedLoggers.register(in: &registry)
        LoopHooks.register(in: &registry)
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
