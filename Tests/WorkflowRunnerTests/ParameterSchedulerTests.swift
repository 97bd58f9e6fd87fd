import ConfigCore
import NeuralNet
import TensorCore
import Testing
import TorchFile
import WorkflowRunner

/// An optimizer of two groups, and the schedulers of a config on it.
private final class Scheduled {
    let wrapper: OptimWrapper
    let schedulers: ParameterSchedulers

    init(
        _ config: ConfigNode, rates: [Double] = [0.1, 0.02], adam: Bool = false,
        length: RunLength = RunLength(epochs: 10, iterations: 40, iterationsPerEpoch: 4)
    ) throws {
        let device = try Device(threads: 1)
        let groups = try rates.map {
            ParameterGroup([Parameter(try device.zeros([1]))], options: [("lr", .double($0))])
        }
        let rate = ("lr", OptionValue.double(rates[0]))
        let optimizer =
            try adam
            ? Adam(groups, options: [rate]) as Optimizer
            : SGD(groups, options: [rate, ("momentum", .double(0.9))])
        wrapper = try OptimWrapper(optimizer)
        let told = Lines()
        schedulers = try ParameterSchedulers(
            config,
            for: SchedulerTarget(wrapper, length: length) { told.all.append($0) })
        self.told = told
    }

    private final class Lines { var all: [String] = [] }
    private let told: Lines
    var toldLines: [String] { told.all }
    var rates: [Double] { wrapper.optimizer.groups.map(\.learningRate) }

    /// Trains epochs of four iterations with a validation each.
    func train(epochs: Range<Int>, metrics: [Double] = []) throws {
        for epoch in epochs {
            for _ in 0..<4 { try schedulers.stepIteration() }
            try schedulers.stepEpoch()
            if !metrics.isEmpty { try schedulers.step(metrics: ["loss": metrics[epoch]]) }
        }
    }

    /// What loading a checkpoint's optimizer does.
    func take(_ other: Scheduled) {
        for (group, saved) in zip(wrapper.optimizer.groups, other.wrapper.optimizer.groups) {
            for (name, value) in saved.optionEntries { group[name] = value }
        }
        if let own = wrapper.baseSettings, let saved = other.wrapper.baseSettings {
            for (name, value) in saved.optionEntries { own[name] = value }
        }
    }
}

@Suite("parameter schedulers") struct ParameterSchedulerTests {
    private static let warmed: ConfigNode = [
        ["type": "LinearLR", "start_factor": 0.1, "by_epoch": false, "end": 6],
        ["type": "CosineAnnealingLR", "eta_min_ratio": 0.05, "begin": 1],
        ["type": "ReduceOnPlateauLR", "patience": 0, "factor": 0.5],
        ["type": "LinearMomentum", "start_factor": 0.5, "end": 8],
    ]
    private static let losses = [1, 0.9, 0.95, 0.9, 0.5, 0.6, 0.4, 0.4, 0.4, 0.4]

    /// The texts are those of mmengine 0.10.7 on an `OptimWrapper` of two groups.
    @Test(
        "a checkpoint keeps what MMEngine keeps",
        arguments: [
            (
                ["type": "StepLR", "step_size": 2],
                "{'step_size': 2, 'gamma': 0.1, 'param_name': 'lr', 'begin': 0, 'end': 1000000000, 'by_epoch': True, 'base_values': [0.1, 0.02, 0.1], 'last_step': 0, '_global_step': 0, 'verbose': False, '_last_value': [0.1, 0.02, 0.1]}"
            ),
            (
                ["type": "LinearLR", "end": 4],
                "{'start_factor': 0.3333333333333333, 'end_factor': 1.0, 'total_iters': 3, 'param_name': 'lr', 'begin': 0, 'end': 4, 'by_epoch': True, 'base_values': [0.1, 0.02, 0.1], 'last_step': 0, '_global_step': 0, 'verbose': False, '_last_value': [0.03333333333333333, 0.006666666666666666, 0.03333333333333333]}"
            ),
            (
                ["type": "CosineAnnealingLR", "end": 4],
                "{'T_max': 4, 'eta_min': 0.0, 'eta_min_ratio': None, 'param_name': 'lr', 'begin': 0, 'end': 4, 'by_epoch': True, 'base_values': [0.1, 0.02, 0.1], 'last_step': 0, '_global_step': 0, 'verbose': False, '_last_value': [0.1, 0.02, 0.1]}"
            ),
            (
                ["type": "LinearMomentum", "end": 4],
                "{'use_betas': False, 'start_factor': 0.3333333333333333, 'end_factor': 1.0, 'total_iters': 3, 'param_name': 'momentum', 'begin': 0, 'end': 4, 'by_epoch': True, 'base_values': [0.9, 0.9, 0.9], 'last_step': 0, '_global_step': 0, 'verbose': False, '_last_value': [0.3, 0.3, 0.3]}"
            ),
        ] as [(ConfigNode, String)])
    func savedState(config: ConfigNode, state: String) throws {
        let run = try Scheduled(config, length: RunLength())
        #expect(run.schedulers.state.elements?.map(\.description) == [state])
    }

    @Test("a run that is resumed goes on with the same bits")
    func resume() throws {
        for adam in [false, true] {
            let whole = try Scheduled(Self.warmed, adam: adam)
            try whole.train(epochs: 0..<10, metrics: Self.losses)
            for stop in 1..<10 {
                let first = try Scheduled(Self.warmed, adam: adam)
                try first.train(epochs: 0..<stop, metrics: Self.losses)
                let saved = first.schedulers.state
                for hasOptimizerState in [true, false] {
                    let second = try Scheduled(Self.warmed, adam: adam)
                    if hasOptimizerState { second.take(first) }
                    let lines = try second.schedulers.resume(
                        saved, TrainedLength(epochs: stop, iterations: stop * 4),
                        hasOptimizerState: hasOptimizerState)
                    try second.train(epochs: stop..<10, metrics: Self.losses)
                    #expect(lines.isEmpty)
                    #expect(
                        second.wrapper.optimizer.groups.map { $0.optionEntries.map(\.value) }
                            == whole.wrapper.optimizer.groups.map {
                                $0.optionEntries.map(\.value)
                            })
                    #expect("\(second.schedulers.state)" == "\(whole.schedulers.state)")
                }
            }
        }
    }

    @Test(
        "v17: an edited schedule is followed as if it had been so from the start",
        arguments: [
            (
                [["type": "MultiStepLR", "milestones": [2, 4]]],
                [["type": "MultiStepLR", "milestones": [2, 8], "gamma": 0.5]], 6,
                "param_scheduler differs from the checkpoint's (MultiStepLR: milestones was [2, 4], now it is [2, 8]; MultiStepLR: gamma was 0.1, now it is 0.5); the config counts: lr 0.001 -> 0.05"
            ),
            (
                [["type": "CosineAnnealingLR", "end": 6]], [["type": "CosineAnnealingLR"]], 5,
                "param_scheduler differs from the checkpoint's (CosineAnnealingLR: T_max was 6, now it is 10; CosineAnnealingLR: end was 6, now it is 10); the config counts: lr 0.00669873 -> 0.05"
            ),
            (
                [["type": "StepLR", "step_size": 2]], [["type": "ExponentialLR", "gamma": 0.5]], 2,
                "param_scheduler differs from the checkpoint's (ExponentialLR is new); the config counts: lr 0.01 -> 0.025"
            ),
            (
                [["type": "ReduceOnPlateauLR", "patience": 5]],
                [["type": "ReduceOnPlateauLR", "patience": 0, "factor": 0.5]], 4,
                "param_scheduler differs from the checkpoint's (ReduceOnPlateauLR: factor was 0.1, now it is 0.5; ReduceOnPlateauLR: patience was 5, now it is 0); the config counts: lr 0.1 -> 0.025"
            ),
        ] as [(ConfigNode, ConfigNode, Int, String)])
    func v17_editedScheduleOnResume(
        old: ConfigNode, new: ConfigNode, stop: Int, line: String
    ) throws {
        let first = try Scheduled(old)
        try first.train(epochs: 0..<stop, metrics: Self.losses)
        let second = try Scheduled(new)
        second.take(first)
        let lines = try second.schedulers.resume(
            first.schedulers.state, TrainedLength(epochs: stop, iterations: stop * 4))
        #expect(lines == [line])
        try second.train(epochs: stop..<10, metrics: Self.losses)
        let whole = try Scheduled(new)
        try whole.train(epochs: 0..<10, metrics: Self.losses)
        #expect(second.rates == whole.rates)
    }

    @Test("another learning rate in the config counts on resuming")
    func v17_editedRate() throws {
        let first = try Scheduled([["type": "ExponentialLR", "gamma": 0.5]])
        try first.train(epochs: 0..<2)
        let second = try Scheduled([["type": "ExponentialLR", "gamma": 0.5]], rates: [0.2, 0.02])
        second.take(first)
        let lines = try second.schedulers.resume(
            first.schedulers.state, TrainedLength(epochs: 2, iterations: 8))
        #expect(
            lines == [
                "param_scheduler differs from the checkpoint's (lr started from 0.1, now from 0.2); the config counts: lr 0.025 -> 0.05"
            ])
        #expect(second.rates == [0.05, 0.005])
    }

    @Test("a verbose scheduler tells what it sets")
    func verbose() throws {
        let run = try Scheduled(["type": "StepLR", "step_size": 1, "verbose": true])
        try run.train(epochs: 0..<1)
        #expect(
            run.toldLines == [
                "Adjusting parameter value of group 0 to 1.0000e-01.",
                "Adjusting parameter value of group 1 to 2.0000e-02.",
                "Adjusting parameter value of group 2 to 1.0000e-01.",
                "Adjusting parameter value of group 0 to 1.0000e-02.",
                "Adjusting parameter value of group 1 to 2.0000e-03.",
                "Adjusting parameter value of group 2 to 1.0000e-02.",
            ])
    }

    @Test(
        "what cannot be scheduled is said at its key",
        arguments: [
            (
                ["type": "StepLR", "step_size": 2, "begin": 3, "end": 3],
                "param_scheduler.end: the end must lie behind the begin, got begin=3 and end=3"
            ),
            (
                ["type": "LinearLR", "start_factor": 2],
                "param_scheduler.start_factor: expected a number from 0 to 1, got 2.0"
            ),
            (
                ["type": "LinearLR", "start_factor": 0],
                "param_scheduler.start_factor: 0 leaves nothing to multiply at the next step; give a small factor above 0"
            ),
            (
                ["type": "CosineAnnealingLR", "eta_min": 0, "eta_min_ratio": 0.1],
                "param_scheduler.eta_min_ratio: eta_min is given as well; keep one of the two"
            ),
            (
                [
                    "type": "StepLR", "step_size": 1, "by_epoch": false,
                    "convert_to_iter_based": true,
                ],
                "param_scheduler.convert_to_iter_based: the scheduler counts iterations already (by_epoch=False); leave one of the two out"
            ),
            (
                ["type": "ReduceOnPlateauLR", "rule": "les"],
                "param_scheduler.rule: \"les\" is not a known rule; did you mean \"less\"?"
            ),
            (
                ["type": "MultiStepLR", "milestone": [1]],
                "param_scheduler.milestone: unknown key; did you mean milestones?"
            ),
            (
                ["type": "WarmupLR"],
                "param_scheduler.type: \"WarmupLR\" is not a known parameter scheduler; known: ConstantLR, ConstantMomentum, ConstantParamScheduler, CosineAnnealingLR, CosineAnnealingMomentum, CosineAnnealingParamScheduler, CosineAnnealingWeightDecay, CosineRestartLR, CosineRestartMomentum, CosineRestartParamScheduler, ExponentialLR, ExponentialMomentum, ExponentialParamScheduler, LinearLR, LinearMomentum, LinearParamScheduler, MultiStepLR, MultiStepMomentum, MultiStepParamScheduler, OneCycleLR, OneCycleParamScheduler, PolyLR, PolyMomentum, PolyParamScheduler, ReduceOnPlateauLR, ReduceOnPlateauMomentum, ReduceOnPlateauParamScheduler, StepLR, StepMomentum, StepParamScheduler"
            ),
        ] as [(ConfigNode, String)])
    func refusals(config: ConfigNode, message: String) throws {
        let error = #expect(throws: ConfigError.self) { try Scheduled(config) }
        #expect(error?.issues.map(\.message) == [message])
    }

    @Test("a metric that is not there is named, with those that are")
    func missingMetric() throws {
        let run = try Scheduled([["type": "ReduceOnPlateauLR", "monitor": "accuracy/top1"]])
        let error = #expect(throws: ConfigError.self) {
            try run.schedulers.step(metrics: ["accuracy/top5": 1, "loss": 2])
        }
        #expect(
            error?.issues.map(\.message) == [
                "param_scheduler[0].monitor: the validation has no metric \"accuracy/top1\"; known: accuracy/top5, loss"
            ])
    }

    @Test("several optimizers have schedulers each by name, or the same ones")
    func severalOptimizers() throws {
        let (one, two) = (try Scheduled(.init(.null)), try Scheduled(.init(.null)))
        let optimizers = OptimizerSet([("G", one.wrapper), ("D", two.wrapper)])
        let step: ConfigNode = ["type": "StepLR", "step_size": 1]
        let set = try ParameterSchedulerSet(
            ["G": [step], "D": ["type": "ConstantLR", "factor": 0.5]], for: optimizers,
            length: RunLength(epochs: 3))
        try set.stepEpoch()
        #expect(one.rates == [0.1 * 0.1, 0.02 * 0.1] && two.rates == [0.05, 0.01])
        #expect(set.state.dictionary?.names == ["G", "D"])
        let error = #expect(throws: ConfigError.self) {
            try ParameterSchedulerSet(
                ["G": [step], "E": [step]], for: optimizers, length: RunLength())
        }
        #expect(
            error?.issues.map(\.message) == [
                "param_scheduler.E: there is no optimizer of that name; known: G, D"
            ])
        let same = try ParameterSchedulerSet(step, for: optimizers, length: RunLength())
        #expect(same.entries.map(\.schedulers.schedulers.count) == [1, 1])
    }
}
