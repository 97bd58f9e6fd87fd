import Foundation
import NeuralNet
import TensorCore
import Testing
import TrainingInterfaces
import WorkflowRunner

@Suite("statistics taken anew") struct PreciseBNTests {
    private func makeRun(_ folder: String, samples: Int = 6, asksAt moment: Int = -1) throws -> (
        model: NormalizedModel, runner: BaseRunner, output: MemoryTextOutput
    ) {
        let device = try Device(threads: 1)
        let model = try NormalizedModel(device)
        let output = MemoryTextOutput()
        let stop = StopRequest()
        let runner = try EpochBasedRunner(
            RunnerDefaults(
                model: model, workDirectory: folder, logger: .lines(name: "x", to: [output]),
                device: device, stopRequest: stop), maxEpochs: 2)
        try runner.register(PreciseBNHook(sampleCount: samples), priority: .aboveNormal)
        try runner.register(CheckpointHook(interval: 1))
        model.onStep = { if $0 == moment { stop.request() } }
        return (model, runner, output)
    }

    @Test("what is logged, and a frozen layer is left alone")
    func logged() throws {
        let folder = try TemporaryFolder()
        let (model, runner, output) = try makeRun(folder.path)
        try runner.run([NormalizedSource()], workflow: [("train", 1)])
        let lines = output.contents.split(separator: "\n").compactMap { line in
            line.contains("BN") ? line.split(separator: " - ").last.map(String.init) : nil
        }
        #expect(
            lines.filter { !$0.hasPrefix("(") } == [
                "Running Precise BN for 6 items...", "1 BN found, run 3 iters...",
                "Finish Precise BN, BN stats updated.", "Running Precise BN for 6 items...",
                "1 BN found, run 3 iters...", "Finish Precise BN, BN stats updated.",
            ])
        #expect(try model.frozen.running.mean.value.plainValues() == [0, 0])
        // Two epochs of four batches, and three batches after each.
        #expect(model.norm.running.batchCount.value == 14)
    }

    @Test("a stop in the middle leaves the whole of it to the resumed run")
    func stopped() throws {
        let folder = try TemporaryFolder()
        let whole = try makeRun(folder.path + "/whole")
        try whole.runner.run([NormalizedSource()], workflow: [("train", 1)])
        // Four batches make an epoch, three more the statistics; the last one is not interrupted.
        for moment in [4, 5] {
            let stopped = "\(folder.path)/stopped_\(moment)"
            let first = try makeRun(stopped, asksAt: moment)
            let stop = #expect(throws: RunInterrupted.self) {
                try first.runner.run([NormalizedSource()], workflow: [("train", 1)])
            }
            let path = try #require(stop?.checkpoint)
            #expect(path.hasSuffix("/iter_4.pth"))
            let second = try makeRun(stopped)
            try second.runner.resume(path)
            try second.runner.run([NormalizedSource()], workflow: [("train", 1)])
            #expect(try second.model.stateDictionary() == whole.model.stateDictionary())
        }
    }

    @Test("fewer samples than a batch has are refused before anything runs")
    func tooFew() throws {
        let folder = try TemporaryFolder()
        let (_, runner, output) = try makeRun(folder.path, samples: 1)
        let error = #expect(throws: RunnerError.self) {
            try runner.run([NormalizedSource()], workflow: [("train", 1)])
        }
        #expect(
            error?.description
                == "PreciseBNHook: num_samples 1 does not fill a batch of 2; raise it")
        #expect(output.contents == "")
    }
}
