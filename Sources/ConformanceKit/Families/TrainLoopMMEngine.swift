internal import ConfigCore
internal import Experiments
internal import TensorCore
internal import TrainingInterfaces
internal import WorkflowRunner

/// After which epochs or iterations validation runs, for the loops of new-style configs.
struct TrainLoopMMEngine: CaseFamily {
    let name = "train_loop_mmengine"

    func recognizes(_ item: OracleCase) -> Bool {
        item.input["train_cfg"] != nil && item.expected["validated_after"] != nil
    }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        let input = item.input
        let node = try input.field("train_cfg")
        _ = try RunCalendar(Self.config(input), .standard())
        let loop = try TrainLoopConfig(node)
        guard item.expected["error"] == nil || item.deviation == .accepts else { return }
        let validates = try input.given("validation")?.flag() ?? true
        let run = try ScratchFolder.use {
            try LoopRun(loop, validates: validates, input, context.device, folder: $0)
        }
        var differences = Differences()
        if item.deviation != .accepts {
            differences.compare(
                "validated_after", expected: try item.expected.field("validated_after").integers(),
                actual: run.validations)
            if let trace = try item.expected.given("trace")?.elements() {
                let steps = try trace.map { step in
                    let parts = try step.elements()
                    return
                        "\(try parts[0].text()) \(try parts[1].integer()) \(try parts[2].integer())"
                }
                // The original loads a checkpoint only after `before_run`.
                let skipped = input["resume"] == nil ? 0 : 1
                let loads = steps.filter { $0.hasPrefix("after_load_checkpoint") }.count
                differences.compare(
                    "trace", expected: Array(steps.dropFirst(skipped + loads)),
                    actual: Array(run.trace.dropFirst(skipped)))
            }
            if let final = item.expected["final"] {
                differences.compare(
                    "final",
                    expected: [
                        try final.field("epoch").integer(), try final.field("iter").integer(),
                    ], actual: run.final)
            }
        }
        try differences.finish()
    }

    /// The config of which the case has a part.
    private static func config(_ input: ConfigNode) throws -> ConfigNode {
        let validates = try input.given("validation")?.flag() ?? true
        var config: ConfigNode = [
            "train_cfg": try input.field("train_cfg"), "train_dataloader": [:],
        ]
        for key in ["val_cfg", "val_dataloader", "val_evaluator"]
        where validates && input[key]?.bool != false {
            config = config.setting(key, to: [:])
        }
        return config
    }
}

/// The adapter's workflow run by a real runner.
private struct LoopRun {
    /// After how many epochs or iterations validation began.
    let validations: [Int]
    /// Every stage with epoch and iteration.
    let trace: [String]
    /// Epochs and iterations at the end.
    let final: [Int]

    init(
        _ loop: TrainLoopConfig, validates: Bool, _ input: ConfigNode, _ device: Device,
        folder: String
    ) throws {
        let length = try input.given("val_length")?.integer() ?? 1
        let trainLength = try input.field("train_length").integer()
        let workflow = WorkflowAdapter.workflow(
            for: loop, validationLength: validates ? length : nil)
        let train = NumberedBatches(loader: 0, count: trainLength)
        let val = NumberedBatches(loader: 1, count: length)
        let defaults = RunnerDefaults(
            model: try ToyModel(device), workDirectory: folder, logger: .lines(to: []),
            device: device)
        let runner =
            loop.byEpoch
            ? try EpochBasedRunner(defaults, maxEpochs: loop.maximum)
            : try IterBasedRunner(defaults, maxIterations: loop.maximum)
        runner.hasLoopStages = true
        runner.isWorkflowDerived = true
        if validates { runner.evaluation = PhaseEvaluation(NoMetrics()) }
        if let resumed = input.given("resume") {
            runner.epoch = try resumed.field("epoch").integer()
            runner.iteration = try resumed.field("iter").integer()
        }
        let recorder = StageRecorder()
        try runner.register(recorder)
        try runner.register(SaveRecorder(recorder))
        for (name, hook) in input["default_hooks"]?.mapping.map({ Array($0) }) ?? [] {
            // What both styles have under one name stands under MMEngine's.
            let type = "mmengine.\(try hook.field("type").text())"
            try runner.register(
                from: hook.setting("type", to: ConfigNode(.string(type))),
                at: "default_hooks.\(name)")
        }
        if let place = try input.given("stop_at")?.integer() {
            try runner.register(Stopper(at: place))
        }
        try runner.run(workflow.map { $0.0 == "train" ? train : val }, workflow: workflow)
        validations = recorder.entries.filter { $0.stage == "before_val" }
            .map { loop.byEpoch ? $0.epoch : $0.iteration }
        trace = recorder.entries.map { "\($0.stage) \($0.epoch) \($0.iteration)" }
        final = [runner.epoch, runner.iteration]
    }
}

/// Notes when checkpoints are saved, a stage that MMCV's runs do not have.
private final class SaveRecorder: BeforeSaveCheckpoint {
    private let recorder: StageRecorder

    init(_ recorder: StageRecorder) { self.recorder = recorder }

    func beforeSaveCheckpoint(_ runner: BaseRunner, _ checkpoint: inout Checkpoint) {
        recorder.note(.beforeSaveCheckpoint, runner)
    }
}

/// Asks for the end of training while a batch is trained.
private final class Stopper: BeforeTrainIteration {
    private let place: Int
    private var count = 0

    init(at place: Int) { self.place = place }

    func beforeTrainIteration(_ runner: BaseRunner) {
        count += 1
        if count == place { runner.stopsTraining = true }
    }
}

/// Measures nothing.
private final class NoMetrics: Evaluator {
    func process(_ batch: Batch, predictions: PlainTensor) {}
    func compute() -> [(name: String, value: Double)] { [] }
}
