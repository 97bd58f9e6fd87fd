import ConfigCore
import Logging
import NeuralNet
import TrainingInterfaces
import WorkflowRunner

/// The hooks that a config asks for, registered in the original's order.
struct RunHooks {
    private let experiment: Experiment
    private let record: RunRecord
    private let built: BuiltParts
    private let registries: Registries

    /// The hooks of a run, some of which may be built already.
    init(
        _ experiment: Experiment, _ record: RunRecord, _ built: BuiltParts,
        _ registries: Registries
    ) {
        self.experiment = experiment
        self.record = record
        self.built = built
        self.registries = registries
    }

    /// Registers them; `progress` is called during evaluations.
    func register(
        on runner: BaseRunner, _ components: RunComponents, _ progress: ((Int, Int) -> Void)?
    ) throws {
        if let listed = experiment.hooks.listed {
            try registerListed(listed, runner)
        } else {
            try registerPolicies(runner, components)
            try registerEvaluation(runner, components, progress)
        }
    }

    /// The hooks of a config that lists them, and the steps of the optimizers before all others.
    private func registerListed(_ hooks: [Experiment.ListedHook], _ runner: BaseRunner) throws {
        runner.hasLoopStages = true
        runner.isWorkflowDerived = experiment.ownTrainLoop == nil
        if runner.optimizer != nil {
            try runner.register(OptimWrapperHook(), priority: .highest)
        }
        if let all = built.allHooks {
            for (hook, priority) in all { try runner.register(hook, priority: priority) }
        } else {
            for hook in hooks {
                try runner.register(from: hook.config, at: hook.path, context: registries.context())
            }
            for (hook, priority) in built.hooks { try runner.register(hook, priority: priority) }
        }
        try setUpLogs(runner)
    }

    /// Tells the hooks that log how they show numbers and where these go.
    private func setUpLogs(_ runner: BaseRunner) throws {
        let processor =
            try built.processor
            ?? experiment.hooks.processor.map {
                try LogProcessor.build($0, context: registries.context())
            }
        let logs = record.loopLogs(in: runner.workDirectory ?? "")
        let visualizer =
            try built.visualizer
            ?? Visualizer.build(
                experiment.hooks.visualizer, folder: logs.path, name: record.experimentName,
                context: registries.context())
        if runner.workDirectory != nil {
            try visualizer.addConfig(record.config.root)
            for case let hook as any VisualizerUser in runner.hooks { hook.visualizer = visualizer }
        }
        for case let hook as RuntimeInfoHook in runner.hooks {
            hook.experimentName = record.experimentName
        }
        for case let hook as LoopLoggerHook in runner.hooks {
            if let processor { hook.processor = processor }
            hook.evaluator = runner.evaluation?.evaluator as? MetricEvaluator
            hook.experimentName = record.experimentName
        }
    }

    /// The hooks of a config that has a key for each kind.
    private func registerPolicies(_ runner: BaseRunner, _ components: RunComponents) throws {
        let hooks = experiment.hooks
        try runner.registerTrainingHooks(
            lrConfig: hooks.learningRate, optimizerConfig: try optimizerHook(components),
            checkpointConfig: hooks.checkpoint, logConfig: hooks.log,
            momentumConfig: hooks.momentum, timerConfig: hooks.timer ?? ["type": "IterTimerHook"],
            customHooks: hooks.custom, context: registries.context())
        try runner.registerProfilerHook(hooks.profiler, context: registries.context())
    }

    private func registerEvaluation(
        _ runner: BaseRunner, _ components: RunComponents, _ progress: ((Int, Int) -> Void)?
    ) throws {
        if let evaluation = components.evaluation, let config = experiment.evaluation {
            var options = try config.options()
            if config.hook["by_epoch"] == nil { options.byEpoch = runner.countsByEpoch }
            if options.byEpoch, !runner.countsByEpoch {
                // MMClassification lets the runner decide, whatever the config says.
                options.byEpoch = false
                runner.logger.warning(
                    "evaluation.by_epoch is true, but the runner counts iterations: evaluation.interval counts them too"
                )
            }
            let hook = EvalHook(
                loader: evaluation.loader, evaluator: evaluation.evaluator, options: options,
                progress: progress)
            try runner.register(hook, priority: .low)
        }
    }

    /// The hook that steps, unless the model steps several optimizers itself.
    private func optimizerHook(_ components: RunComponents) throws -> ConfigNode? {
        let config = experiment.hooks.optimizer
        guard let optimizer = components.optimizer, optimizer.single == nil else {
            return config ?? [:]
        }
        guard let config else { return nil }
        throw ConfigError(
            at: config, path: "optimizer_config",
            problem: "the run has several optimizers, which the model steps itself",
            remedy: "leave optimizer_config and fp16 out, or set them to None")
    }
}
