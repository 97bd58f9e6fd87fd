import ConfigCore
import Foundation
import NeuralNet
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// Notes every stage with the runner's counters.
final class TraceHook: BeforeRun, AfterRun, BeforeTrainEpoch, BeforeTrainIteration,
    AfterTrainIteration, AfterTrainEpoch, BeforeValidationEpoch, BeforeValidationIteration,
    AfterValidationIteration, AfterValidationEpoch, BeforeEpoch, AfterEpoch
{
    var rows: [String] = []

    private func note(_ stage: HookStage, _ runner: BaseRunner) {
        rows.append(
            "\(stage.name) \(runner.mode ?? "-") \(runner.epoch) \(runner.iteration) \(runner.innerIteration)"
        )
    }

    func beforeRun(_ runner: BaseRunner) { note(.beforeRun, runner) }
    func afterRun(_ runner: BaseRunner) { note(.afterRun, runner) }
    func beforeTrainEpoch(_ runner: BaseRunner) { note(.beforeTrainEpoch, runner) }
    func beforeTrainIteration(_ runner: BaseRunner) { note(.beforeTrainIteration, runner) }
    func afterTrainIteration(_ runner: BaseRunner) { note(.afterTrainIteration, runner) }
    func afterTrainEpoch(_ runner: BaseRunner) { note(.afterTrainEpoch, runner) }
    func beforeValidationEpoch(_ runner: BaseRunner) { note(.beforeValidationEpoch, runner) }
    func beforeValidationIteration(_ runner: BaseRunner) {
        note(.beforeValidationIteration, runner)
    }
    func afterValidationIteration(_ runner: BaseRunner) { note(.afterValidationIteration, runner) }
    func afterValidationEpoch(_ runner: BaseRunner) { note(.afterValidationEpoch, runner) }
    func beforeEpoch(_ runner: BaseRunner) { note(.beforeEpoch, runner) }
    func afterEpoch(_ runner: BaseRunner) { note(.afterEpoch, runner) }
}

@Suite("the runners call what MMCV's call") struct TraceTests {
    @Test("recorded traces")
    func recorded() throws {
        let folder = try TemporaryFolder()
        var failures: [String] = []
        for recorded in try recordedCases("hook_trace.json") {
            let name = recorded["name"] as? String ?? ""
            if let failure = try compare(recorded, folder.path) {
                failures.append("\(name): \(failure)")
            }
        }
        #expect(failures == [])
    }

    /// How our run differs from a recorded one, or nil.
    private func compare(_ recorded: [String: Any], _ folder: String) throws -> String? {
        guard let input = recorded["input"] as? [String: Any],
            let expected = recorded["expected"] as? [String: Any]
        else { return "unreadable" }
        let ours = recorded["ours"] as? String
        if ours == "either" || ours == "accepts" { return nil }
        let trace = TraceHook()
        let toy = try Toy(hasOptimizer: false)
        var runner: BaseRunner?
        do {
            runner = try run(input, toy, trace, folder)
        } catch {
            return expected["error"] != nil || ours == "refuses" ? nil : "\(error)"
        }
        if expected["error"] != nil || ours == "refuses" { return "no error" }
        guard let runner else { return "no runner" }
        let rows = (expected["trace"] as? [[Any]] ?? []).map { row in
            row.map { ($0 as? String) ?? ($0 as? Int).map(String.init) ?? "-" }.joined(
                separator: " ")
        }
        if rows != trace.rows { return "trace \(trace.rows)" }
        let batches = (expected["batches"] as? [[Any]] ?? []).map { row in
            [(row[0] as? String) == "train" ? 0 : 1, row[1] as? Int ?? -1, row[2] as? Int ?? -1]
        }
        if batches != toy.model.seen { return "batches \(toy.model.seen)" }
        let final = expected["final"] as? [String: Any] ?? [:]
        let state: [String: Int?] = [
            "epoch": runner.epoch, "iter": runner.iteration, "inner_iter": runner.innerIteration,
            "max_epochs": runner.maxEpochs, "max_iters": runner.maxIterations,
        ]
        for (key, value) in state where final[key] as? Int != value {
            return "final \(key) \(value ?? -1)"
        }
        return final["mode"] as? String == runner.mode ? nil : "final mode"
    }

    private func run(
        _ input: [String: Any], _ toy: Toy, _ trace: TraceHook, _ folder: String
    ) throws -> BaseRunner {
        let byEpoch = input["runner"] as? String == "EpochBasedRunner"
        let runner: BaseRunner =
            byEpoch
            ? try EpochBasedRunner(
                toy.defaults, maxEpochs: input["max_epochs"] as? Int,
                maxIterations: input["max_iters"] as? Int)
            : try IterBasedRunner(
                toy.defaults, maxEpochs: input["max_epochs"] as? Int,
                maxIterations: input["max_iters"] as? Int)
        try runner.register(trace)
        if let resume = input["resume"] as? [String: Int] {
            let path = folder + "/bare.pth"
            try Checkpoint(
                meta: TorchDictionary(resume.map { ($0.key, .int($0.value)) }),
                state: try toy.model.stateDictionary()
            ).write(to: path)
            try runner.resume(path)
        }
        let lengths = input["loader_lengths"] as? [Int] ?? []
        let loaders = lengths.enumerated().map { ToySource($1, loader: $0) }
        let workflow = try workflow(input)
        if let limit = input["run_max_epochs"] as? Int {
            try (runner as? EpochBasedRunner)?.run(loaders, workflow: workflow, maxEpochs: limit)
        } else if let limit = input["run_max_iters"] as? Int {
            try (runner as? IterBasedRunner)?.run(loaders, workflow: workflow, maxIterations: limit)
        } else {
            try runner.run(loaders, workflow: workflow)
        }
        return runner
    }

    private func workflow(_ input: [String: Any]) throws -> [(String, Int)] {
        if input["workflow_container"] as? String == "dict" {
            return try Workflow.read(["train": 1])
        }
        let steps = (input["workflow"] as? [[Any]] ?? []).map { step in
            ConfigNode(.list(step.map(node)))
        }
        return try Workflow.read(ConfigNode(.list(steps)))
    }

    private func node(_ value: Any) -> ConfigNode {
        if let text = value as? String { return ConfigNode(.string(text)) }
        guard let number = value as? NSNumber else { return nil }
        // JSONSerialization keeps 1.0 apart from 1 only by its type.
        return String(cString: number.objCType) == "d"
            ? ConfigNode(.double(number.doubleValue)) : ConfigNode(.int(number.intValue))
    }
}
