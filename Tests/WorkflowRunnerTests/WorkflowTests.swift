import ConfigCore
import Foundation
import NeuralNet
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// Both runners, by what they count.
private func makeRunner(_ toy: Toy, byEpoch: Bool, limit: Int) throws -> BaseRunner {
    byEpoch
        ? try EpochBasedRunner(toy.defaults, maxEpochs: limit)
        : try IterBasedRunner(toy.defaults, maxIterations: limit)
}

@Suite("workflows") struct WorkflowTests {
    @Test("validation behind the last training epoch still runs")
    func v1_trailingValidationRuns() throws {
        let cases: [(workflow: [(String, Int)], order: String)] = [
            ([("train", 2), ("val", 1)], "TTVTTVTV"),
            ([("val", 1), ("train", 1)], "VTVTVTVTVT"),
            ([("train", 2), ("val", 1), ("train", 1), ("val", 2)], "TTVTVVTTVVV"),
        ]
        for (workflow, order) in cases {
            let toy = try Toy(hasOptimizer: false)
            let trace = TraceHook()
            let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 5)
            try runner.register(trace)
            let loaders = workflow.map { ToySource(1, loader: $0.0 == "train" ? 0 : 1) }
            try runner.run(loaders, workflow: workflow)
            let phases = trace.rows.compactMap { row -> String? in
                row.hasPrefix("before_train_epoch")
                    ? "T" : row.hasPrefix("before_val_epoch") ? "V" : nil
            }
            #expect(phases.joined() == order)
        }
    }

    @Test(
        "a workflow that would never end is refused before anything runs", arguments: [true, false])
    func v2_endlessWorkflowsAreRefused(byEpoch: Bool) throws {
        let workflows: [[(String, Int)]] = [
            [("val", 1)], [("train", 0)], [("val", 2), ("train", 0)], [],
        ]
        for workflow in workflows {
            let toy = try Toy()
            let trace = TraceHook()
            let runner = try makeRunner(toy, byEpoch: byEpoch, limit: 2)
            try runner.register(trace)
            let error = #expect(throws: WorkflowError.self) {
                try runner.run(workflow.map { _ in ToySource(2) }, workflow: workflow)
            }
            #expect(
                error?.description
                    == "workflow: \(Workflow.text(workflow)) would never end, it has no training phase; add (\"train\", 1)"
            )
            #expect(trace.rows.isEmpty && toy.model.seen.isEmpty && toy.lines.isEmpty)
        }
    }

    @Test("lists and tuples of entries mean the same")
    func v3_listsAreTaken() throws {
        let pair: [ConfigNode] = ["train", 2]
        let forms: [ConfigNode] = [
            [["train", 2], ["val", 1]],
            ConfigNode(.tuple([ConfigNode(.tuple(pair)), ["val", 1]])),
            ConfigNode(.list([ConfigNode(.tuple(pair)), ConfigNode(.tuple(["val", 1]))])),
        ]
        for form in forms {
            let toy = try Toy(hasOptimizer: false)
            let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 2)
            let workflow = try Workflow.read(form)
            try runner.run([ToySource(1), ToySource(1, loader: 1)], workflow: workflow)
            #expect(toy.model.seen.map { $0[0] } == [0, 0, 1])
        }
    }

    @Test("what validation reports has rows of its own in a run by iterations")
    func v5_valNumbersStayOutOfTrainAverages() throws {
        let folder = try TemporaryFolder()
        var toy = try Toy(workDirectory: folder.path, hasOptimizer: false)
        toy.defaults.batchProcessor = { _, batch, training, _, _ in
            StepOutput(
                loss: nil, logVariables: [("loss", training ? 1 : 100)],
                sampleCount: batch.sampleCount)
        }
        let runner = try IterBasedRunner(toy.defaults, maxIterations: 6)
        try runner.registerTrainingHooks(
            lrConfig: nil, logConfig: ["interval": 3, "hooks": [["type": "TextLoggerHook"]]])
        try runner.run(
            [ToySource(4), ToySource(2, loader: 1)], workflow: [("train", 2), ("val", 1)])
        let json = try String(
            contentsOfFile: "\(folder.path)/\(runner.timestamp).log.json", encoding: .utf8)
        let rows = try json.split(separator: "\n").compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }.filter { $0["loss"] != nil }
        let losses = rows.map { "\($0["mode"] ?? "")\($0["iter"] ?? "") \($0["loss"] ?? "")" }
        #expect(
            losses.filter { $0.hasPrefix("val") } == ["val2 100.0", "val4 100.0", "val6 100.0"])
        let train = losses.filter { $0.hasPrefix("train") }
        #expect(train.contains("train3 1.0") && train.contains("train6 1.0"))
        #expect(train.allSatisfy { $0.hasSuffix(" 1.0") })
    }

    @Test("epochs follow each other without a pause", arguments: [true, false])
    func v11_nothingSleeps(byEpoch: Bool) throws {
        let toy = try Toy(hasOptimizer: false)
        let runner = try makeRunner(toy, byEpoch: byEpoch, limit: 20)
        try runner.register(IterTimerHook(), priority: .low)
        let time = try ContinuousClock().measure {
            try runner.run(
                [ToySource(1), ToySource(1, loader: 1)], workflow: [("train", 1), ("val", 1)])
        }
        // The original sleeps two seconds in front of each of these 40 epochs.
        #expect(time < .seconds(2))
    }

    @Test("messages of workflows that cannot run")
    func messages() throws {
        let cases: [(workflow: [(String, Int)], loaders: Int, message: String)] = [
            (
                [("train", 1), ("val", 1)], 1,
                "workflow: expected 2 data loaders for [('train', 1), ('val', 1)], got 1"
            ),
            (
                [("val", 1), ("trian", 1)], 2,
                "workflow[1][0]: the runner has no phase \"trian\"; did you mean \"train\"?"
            ),
            (
                [("test", 1)], 1,
                "workflow[0][0]: the runner has no phase \"test\"; known: train, val"
            ),
            ([("train", -1)], 1, "workflow[0][1]: the count of \"train\" is negative: -1"),
        ]
        let toy = try Toy()
        for (workflow, loaders, message) in cases {
            let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 2)
            let error = #expect(throws: WorkflowError.self) {
                try runner.run((0..<loaders).map { ToySource(2, loader: $0) }, workflow: workflow)
            }
            #expect(error?.description == message)
        }
    }

    @Test("entries that share a source share its pass", arguments: [true, false])
    func sharedSource(byEpoch: Bool) throws {
        let toy = try Toy(hasOptimizer: false)
        let source = ToySource(3, isShuffled: false)
        let runner = try makeRunner(toy, byEpoch: byEpoch, limit: byEpoch ? 2 : 6)
        try runner.run(
            [source, ToySource(1, loader: 1), source, ToySource(1, loader: 1)],
            workflow: [("train", 1), ("val", 1), ("train", 1), ("val", 1)])
        let places = toy.model.seen.filter { $0[0] == 0 }.map { $0[2] }
        #expect(places == [0, 1, 2, 0, 1, 2])
        #expect(runner.epoch == (byEpoch ? 2 : 1))
    }

    @Test("the model's steps find what the caller of run gives")
    func stepOptions() throws {
        struct Scale: Sendable { var value: Double }
        final class Seen { var values: [Double?] = [] }
        let seen = Seen()
        var toy = try Toy(hasOptimizer: false)
        toy.defaults.batchProcessor = { _, batch, _, _, context in
            seen.values.append(context.stepOptions[Scale.self]?.value)
            return StepOutput(loss: nil, logVariables: [], sampleCount: batch.sampleCount)
        }
        for byEpoch in [true, false] {
            let runner = try makeRunner(toy, byEpoch: byEpoch, limit: 1)
            try runner.run(
                [ToySource(1), ToySource(1, loader: 1)], workflow: [("train", 1), ("val", 1)],
                stepOptions: StepOptions(Scale(value: 3)))
            #expect(runner.evaluationContext.stepOptions[Scale.self]?.value == 3)
        }
        #expect(seen.values == [3, 3, 3, 3])
        #expect(
            toy.output.contents.contains(
                "WARNING - batch_processor is deprecated; give the model trainStep and validationStep instead"
            ))
    }
}
