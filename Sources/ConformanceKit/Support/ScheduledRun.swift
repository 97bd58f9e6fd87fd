internal import ConfigCore
internal import NeuralNet
internal import TensorCore
internal import WorkflowRunner

/// A toy run with the schedules of a case, compared row by row.
struct ScheduledRun {
    private let item: OracleCase
    private let device: Device
    private let optimizer: Optimizer

    init(_ item: OracleCase, _ device: Device) throws {
        self.item = item
        self.device = device
        let config = try item.input.field("optimizer")
        let groups = try config.field("groups").elements().map { options in
            ParameterGroup(
                [Parameter(try device.zeros([1]))], options: try OptimizerOptions.values(options))
        }
        optimizer = try OptimizerOptions.optimizer(config.removing("groups"), groups)
    }

    /// Runs the case and compares what was recorded.
    ///
    /// - Throws: `Mismatch` with the differences, or the run's own error where it came in time.
    func judge() throws {
        let recorder = RowRecorder()
        let expectedRows = try ["lr", "momentum"].compactMap { key in
            try item.expected.given(key)?.elements().count
        }.max()
        do {
            try run(recorder)
        } catch let error as MalformedCase {
            throw error
        } catch {
            let limit = item.deviation == .refuses ? 0 : expectedRows ?? 0
            guard !item.expectsError || recorder.rates.count <= limit else {
                let count = recorder.rates.count
                throw Mismatch(differences: [
                    "expected an error within \(limit) iterations, got it after \(count)"
                ])
            }
            throw error
        }
        // What the original refused has no rows to compare with.
        guard !item.expectsError, item.expected["error"] == nil else { return }
        var differences = Differences()
        try compare("lr", recorder.rates, &differences)
        try compare("momentum", recorder.momentums, &differences)
        try compareInitial("initial_lr", &differences)
        try compareInitial("initial_momentum", &differences)
        try differences.finish()
    }

    private func run(_ recorder: RowRecorder) throws {
        let input = item.input
        let runner = try ToyRun.runner(
            input, try ToyModel(device), device,
            optimizer: OptimizerSet(try OptimWrapper(optimizer)))
        try runner.registerTrainingHooks(
            lrConfig: input["lr_config"], momentumConfig: input["momentum_config"],
            timerConfig: nil)
        try runner.register(recorder, priority: .lowest)
        try ToyRun.run(runner, input)
    }

    private func compareInitial(_ key: String, _ differences: inout Differences) throws {
        guard let expected = try item.expected.given(key)?.elements() else { return }
        for (place, (node, group)) in zip(expected, optimizer.groups).enumerated() {
            let actual = group[key]?.number
            let what = "\(key)[\(place)]"
            if node.isNull || actual == nil {
                differences.compare(
                    what, expected: node.isNull ? "nothing" : "a number",
                    actual: actual == nil ? "nothing" : "a number")
            } else {
                let number = try node.number()
                differences.compare(
                    what, expected: number, actual: actual ?? .nan, within: 1e-9 * abs(number))
            }
        }
    }

    private func compare(
        _ what: String, _ actual: [[Double]], _ differences: inout Differences
    ) throws {
        guard let expected = try item.expected.given(what)?.elements().map({ try $0.numbers() })
        else { return }
        guard expected.count == actual.count else {
            return differences.compare(
                "rows of \(what)", expected: expected.count, actual: actual.count)
        }
        for (row, pair) in zip(expected, actual).enumerated() {
            for (group, values) in zip(pair.0, pair.1).enumerated() {
                differences.compare(
                    "\(what)[\(row)][\(group)]", expected: values.0, actual: values.1,
                    within: 1e-9 * abs(values.0))
            }
        }
    }
}

/// Notes the learning rates and momentums that each training step uses.
private final class RowRecorder: BeforeTrainIteration {
    private(set) var rates: [[Double]] = []
    private(set) var momentums: [[Double]] = []

    func beforeTrainIteration(_ runner: BaseRunner) throws {
        rates.append(try runner.currentLearningRates.flatMap(\.values))
        momentums.append(try runner.currentMomentums.flatMap(\.values))
    }
}
