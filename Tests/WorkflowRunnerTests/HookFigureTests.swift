import ConfigCore
import Foundation
import NeuralNet
import TensorCore
import Testing
import TrainingInterfaces
import WorkflowRunner

/// Notes weights, averages and norms after every iteration, as `make-hook-figures.py` does.
private final class FigureRecorder: AfterTrainIteration, AfterTrainEpoch {
    private(set) var rows: [[String: [Double]]] = []

    func afterTrainIteration(_ runner: BaseRunner) throws {
        var row = try state(runner)
        row["grad_norms"] = runner.logBuffer.averages(over: 1).filter { $0.name == "grad_norm" }
            .map(\.value)
        rows.append(row)
    }

    func afterTrainEpoch(_ runner: BaseRunner) throws { rows.append(try state(runner)) }

    private func state(_ runner: BaseRunner) throws -> [String: [Double]] {
        var state = try runner.model.stateDictionary()
        for case let hook as EMAHook in runner.hooks {
            try hook.contribute(to: &state, of: runner)
        }
        var row: [String: [Double]] = [:]
        for name in state.names where name.hasSuffix("weight") {
            row[name] = state[name]?.floats.map(Double.init)
        }
        return row
    }
}

@Suite("the original's figures") struct HookFigureTests {
    private static func figures() throws -> [String: Any] {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/hook_figures.json")
        return try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any]
            ?? [:]
    }

    @Test("gathered gradients and averaged weights")
    func weights() throws {
        let cases = try Self.figures()["cases"] as? [[String: Any]] ?? []
        #expect(cases.count == 6)
        for recorded in cases {
            let name = recorded["name"] as? String ?? ""
            let byEpoch = recorded["by_epoch"] as? Bool ?? true
            let rows = try run(recorded, byEpoch: byEpoch)
            let expected = recorded["rows"] as? [[String: Any]] ?? []
            #expect(rows.count == expected.count, "\(name)")
            var norms = 0
            for (place, (row, wanted)) in zip(rows, expected).enumerated() {
                let isEnd = wanted["epoch"] != nil
                let wanted = wanted["epoch"] as? [String: Any] ?? wanted
                for key in row.keys.sorted() {
                    var numbers = wanted[key] as? [Double] ?? []
                    if key == "grad_norms" {
                        // The file has all so far, a row the newest.
                        numbers = Array(numbers.suffix(1))
                        norms += numbers.count
                    } else if !byEpoch, name.hasPrefix("averages") {
                        // Here the averages have the parameters' names where iterations count.
                        let other = key.hasPrefix("ema_") ? "weight" : "ema_weight"
                        numbers = wanted[other] as? [Double] ?? []
                    }
                    let close =
                        numbers.count == row[key]?.count
                        && zip(numbers, row[key] ?? []).allSatisfy { abs($0 - $1) <= 2e-6 }
                    #expect(
                        close, "\(name)[\(place)]\(isEnd ? " end" : "") \(key): \(numbers), \(row)")
                }
            }
            #expect(norms > 0 || !name.contains("epochs with"))
        }
    }

    private func run(_ recorded: [String: Any], byEpoch: Bool) throws -> [[String: [Double]]] {
        let toy = try Toy()
        let limit = recorded["limit"] as? Int ?? 0
        let runner: BaseRunner =
            byEpoch
            ? try EpochBasedRunner(toy.defaults, maxEpochs: limit)
            : try IterBasedRunner(toy.defaults, maxIterations: limit)
        let hooks = ConfigNode(.list((recorded["hooks"] as? [Any] ?? []).map(configNode)))
        try runner.registerTrainingHooks(lrConfig: nil, timerConfig: nil, customHooks: hooks)
        let recorder = FigureRecorder()
        try runner.register(recorder, priority: .veryLow)
        let source = ToySource(recorded["batches"] as? Int ?? 0, isShuffled: false)
        try runner.run([source], workflow: [("train", 1)])
        return recorder.rows
    }

    @Test("statistics of PreciseBNHook")
    func preciseStatistics() throws {
        let figures = try Self.figures()["precise_bn"] as? [String: [String: Any]] ?? [:]
        #expect(figures.count == 3)
        for (samples, expected) in figures {
            let device = try Device(threads: 1)
            let model = try NormalizedModel(device)
            let runner = try EpochBasedRunner(
                RunnerDefaults(model: model, logger: .lines(to: []), device: device), maxEpochs: 1)
            try runner.register(PreciseBNHook(sampleCount: Int(samples) ?? 0))
            try runner.run([NormalizedSource()], workflow: [("train", 1)])
            let state = try model.stateDictionary()
            for name in ["running_mean", "running_var"] {
                let wanted = expected[name] as? [Double] ?? []
                let found = (state["bn.\(name)"]?.floats ?? []).map { Double($0) }
                let close = zip(wanted, found).allSatisfy { abs($0 - $1) <= 1e-6 * (1 + abs($0)) }
                #expect(
                    close && wanted.count == found.count, "\(samples) \(name): \(wanted) \(found)")
            }
            let batches = state["bn.num_batches_tracked"]?.integers?.first ?? -1
            #expect(Int(batches) == expected["num_batches_tracked"] as? Int)
        }
    }
}
