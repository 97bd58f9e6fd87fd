internal import ConfigCore
internal import NeuralNet
internal import TensorCore
internal import WorkflowRunner

/// Learning rates of every parameter group at every training iteration.
struct LRScheduleMMCV: CaseFamily {
    let name = "lr_schedule_mmcv"

    func recognizes(_ item: OracleCase) -> Bool {
        item.input["lr_config"] != nil && item.input["momentum_config"] == nil
            && item.input["loader_lengths"] != nil
    }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        let input = item.input
        try checkPolicy(input, item)
        let optimizer = try optimizer(input.field("optimizer"), context.device)
        let recorder = RateRecorder()
        let expected = try item.expected.field("lr").elements().map { try $0.numbers() }
        do {
            try run(input, optimizer, recorder, context.device)
        } catch let error as MalformedCase {
            throw error
        } catch {
            let limit = item.deviation == .refuses ? 0 : expected.count
            guard !item.expectsError || recorder.rows.count <= limit else {
                let count = recorder.rows.count
                throw Mismatch(differences: [
                    "expected an error within \(limit) iterations, got it after \(count)"
                ])
            }
            throw error
        }
        guard !item.expectsError else { return }
        var differences = Differences()
        compare("lr", expected, recorder.rows, &differences)
        if let initial = try item.expected.given("initial_lr")?.numbers() {
            let actual = optimizer.groups.map { $0.initialLearningRate ?? .nan }
            compare("initial_lr", [initial], [actual], &differences)
        }
        try differences.finish()
    }

    /// A policy the program does not have yet is no refusal of the case's config.
    private func checkPolicy(_ input: ConfigNode, _ item: OracleCase) throws {
        guard let policy = input["lr_config"]?["policy"]?.string,
            item.expected["error"]?["type"]?.string != "KeyError"
        else { return }
        let hook = (policy == policy.lowercased() ? Self.title(policy) : policy) + "LrUpdaterHook"
        guard Registry<any Hook>.standardHooks().names.contains(hook) else {
            throw UnknownOperation("lr_config policy \(policy)")
        }
    }

    /// Python's `title()`, as far as policies need it.
    private static func title(_ word: String) -> String {
        word.prefix(1).uppercased() + word.dropFirst()
    }

    private func optimizer(_ config: ConfigNode, _ device: Device) throws -> Optimizer {
        let groups = try config.field("groups").elements().map { options in
            ParameterGroup(
                [Parameter(try device.zeros([1]))], options: try OptimizerOptions.values(options))
        }
        return try OptimizerOptions.optimizer(config.removing("groups"), groups)
    }

    private func run(
        _ input: ConfigNode, _ optimizer: Optimizer, _ recorder: RateRecorder, _ device: Device
    ) throws {
        let runner = try ToyRun.runner(
            input, try ToyModel(device), device,
            optimizer: OptimizerSet(try OptimWrapper(optimizer)))
        try runner.registerTrainingHooks(lrConfig: input.field("lr_config"), timerConfig: nil)
        try runner.register(recorder, priority: .lowest)
        try ToyRun.run(runner, input)
    }

    private func compare(
        _ what: String, _ expected: [[Double]], _ actual: [[Double]],
        _ differences: inout Differences
    ) {
        guard expected.count == actual.count else {
            return differences.compare(
                "rows of \(what)", expected: expected.count, actual: actual.count)
        }
        for (row, pair) in zip(expected, actual).enumerated() {
            for (group, rates) in zip(pair.0, pair.1).enumerated() {
                differences.compare(
                    "\(what)[\(row)][\(group)]", expected: rates.0, actual: rates.1,
                    within: 1e-9 * abs(rates.0))
            }
        }
    }
}

/// Notes the learning rates that each training step uses.
private final class RateRecorder: BeforeTrainIteration {
    private(set) var rows: [[Double]] = []

    func beforeTrainIteration(_ runner: BaseRunner) throws {
        rows.append(try runner.currentLearningRates.flatMap(\.values))
    }
}
