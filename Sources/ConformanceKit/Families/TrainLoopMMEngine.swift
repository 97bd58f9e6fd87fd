internal import ConfigCore
internal import Experiments
internal import TensorCore
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
        let visits = try Self.visits(loop, validates: validates, input, context.device)
        var differences = Differences()
        if validates {
            differences.compare(
                "visits of the workflow", expected: loop.validatedAfter, actual: visits)
        }
        if item.deviation != .accepts {
            differences.compare(
                "validated_after", expected: try item.expected.field("validated_after").integers(),
                actual: try visits.filter(Self.isReached(input, loop)))
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

    /// Runs the adapter's workflow with a real runner and notes when validation begins.
    private static func visits(
        _ loop: TrainLoopConfig, validates: Bool, _ input: ConfigNode, _ device: Device
    ) throws -> [Int] {
        let validationLength = try input.given("val_length")?.integer() ?? 1
        let workflow = WorkflowAdapter.workflow(
            for: loop, validationLength: validates ? validationLength : nil)
        let trainLength = try input.field("train_length").integer()
        let loaders = workflow.enumerated().map { place, step in
            NumberedBatches(
                loader: place, count: step.0 == "train" ? trainLength : validationLength)
        }
        let defaults = RunnerDefaults(
            model: try ToyModel(device), logger: .lines(to: []), device: device)
        let runner =
            loop.byEpoch
            ? try EpochBasedRunner(defaults, maxEpochs: loop.maximum)
            : try IterBasedRunner(defaults, maxIterations: loop.maximum)
        let recorder = StageRecorder()
        try runner.register(recorder)
        try runner.run(loaders, workflow: workflow)
        let begins = recorder.entries.filter {
            $0.stage == "before_val_iter" && $0.innerIteration == 0
        }
        return begins.map { loop.byEpoch ? $0.epoch : $0.iteration }
    }

    /// Whether a run that is resumed, or told to stop, comes to a validation of the calendar.
    private static func isReached(_ input: ConfigNode, _ loop: TrainLoopConfig) throws
        -> (Int) -> Bool
    {
        let unit = loop.byEpoch ? "epoch" : "iter"
        let begin = try input.given("resume")?.field(unit).integer() ?? 0
        var end = Int.max
        if let stop = try input.given("stop_at")?.integer() {
            // An epoch that is left early still ends with its validation.
            let length = try input.field("train_length").integer()
            end = loop.byEpoch ? (stop + length - 1) / length : stop
        }
        return { begin < $0 && $0 <= end }
    }
}
