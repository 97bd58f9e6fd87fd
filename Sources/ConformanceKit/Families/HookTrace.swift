internal import ConfigCore
internal import WorkflowRunner

/// The stages that the runners come to, in order, with a model that only notes its batches.
struct HookTrace: CaseFamily {
    let name = "hook_trace"

    func recognizes(_ item: OracleCase) -> Bool {
        item.input["workflow"] != nil && item.input["runner"] != nil
            && item.expected["trace"] != nil
    }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        let model = try ToyModel(context.device)
        let recorder = StageRecorder()
        let expected = try item.expected.field("trace").elements().map(Self.entry)
        let runner: BaseRunner
        do {
            runner = try ToyRun.runner(item.input, model, context.device)
            try runner.register(recorder, priority: .highest)
            try ToyRun.run(runner, item.input)
        } catch let error as MalformedCase {
            throw error
        } catch {
            try checkRefusal(item, recorder.entries, expected)
            throw error
        }
        if item.deviation == .accepts { return try checkAccepted(item.input, runner) }
        guard !item.expectsError else { return }
        try compare(item.expected, expected, recorder.entries, runner, model)
    }

    // MARK: Comparing

    private static func entry(_ node: ConfigNode) throws -> StageRecorder.Entry {
        let parts = try node.elements()
        guard parts.count == 5 else { throw MalformedCase("a trace entry of \(parts.count) parts") }
        return StageRecorder.Entry(
            stage: try parts[0].text(), mode: parts[1].string, epoch: try parts[2].integer(),
            iteration: try parts[3].integer(), innerIteration: try parts[4].integer())
    }

    /// An error may come earlier than the original's, never later; a refusal comes before all.
    private func checkRefusal(
        _ item: OracleCase, _ trace: [StageRecorder.Entry], _ expected: [StageRecorder.Entry]
    ) throws {
        guard item.expectsError else { return }
        var differences = Differences()
        if item.deviation == .refuses {
            differences.compare("stages before the refusal", expected: [], actual: trace)
        } else if !expected.starts(with: trace) {
            differences.note("expected an error within \(expected), got it after \(trace)")
        }
        try differences.finish()
    }

    /// What the original did not take has no recorded trace; the run must reach its limit.
    private func checkAccepted(_ input: ConfigNode, _ runner: BaseRunner) throws {
        var differences = Differences()
        if let limit = try input.given("max_epochs")?.integer() {
            differences.compare("final epoch", expected: limit, actual: runner.epoch)
        }
        if let limit = try input.given("max_iters")?.integer() {
            differences.compare("final iter", expected: limit, actual: runner.iteration)
        }
        try differences.finish()
    }

    private func compare(
        _ expected: ConfigNode, _ trace: [StageRecorder.Entry], _ actual: [StageRecorder.Entry],
        _ runner: BaseRunner, _ model: ToyModel
    ) throws {
        var differences = Differences()
        let place = zip(trace, actual).enumerated().first { $0.element.0 != $0.element.1 }
        if let (place, pair) = place {
            differences.compare("trace[\(place)]", expected: pair.0, actual: pair.1)
        } else {
            differences.compare("length of trace", expected: trace.count, actual: actual.count)
        }
        if let final = expected.given("final") {
            differences.compare("final mode", expected: final["mode"]?.string, actual: runner.mode)
            let counters = [
                ("epoch", runner.epoch), ("iter", runner.iteration),
                ("inner_iter", runner.innerIteration), ("max_epochs", runner.maxEpochs),
                ("max_iters", runner.maxIterations),
            ]
            for (name, actual) in counters {
                differences.compare("final \(name)", expected: final[name]?.int, actual: actual)
            }
        }
        if let batches = try expected.given("batches")?.elements() {
            let visits = try batches.map { node in
                ToyModel.Visit(
                    phase: try node.elements()[0].text(), loader: try node.elements()[1].integer(),
                    batch: try node.elements()[2].integer())
            }
            differences.compare("batches", expected: visits, actual: model.visits)
        }
        try differences.finish()
    }
}
