import ConfigCore
import Foundation
import NeuralNet
import TensorCore
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// A run of the toy GAN.
private struct GANRun {
    let model: ToyGAN
    let output = MemoryTextOutput()
    let optimizers: OptimizerSet
    let runner: EpochBasedRunner
    private let source: ToySource

    init(
        in folder: String?, resuming path: String? = nil, rate: Double = 0.01, saves: Bool = true
    ) throws {
        let device = try Device(threads: 1)
        let draws = TorchGenerator(seed: 7)
        model = try ToyGAN(device)
        source = ToySource(4, generator: draws)
        optimizers = OptimizerSet([
            (
                "G",
                try OptimWrapper(
                    Adam(
                        [ParameterGroup(model.generator.namedParameters().map(\.parameter))],
                        options: [("lr", .double(rate)), ("betas", .pair(0.5, 0.99))]),
                    clip: .norm(maximum: 0.4))
            ),
            (
                "D",
                try OptimWrapper(
                    SGD(
                        model.discriminator.namedParameters().map {
                            ParameterGroup([$0.parameter])
                        }, options: [("lr", .double(0.04)), ("momentum", .double(0.9))]))
            ),
        ])
        runner = try EpochBasedRunner(
            RunnerDefaults(
                model: model, optimizer: optimizers, workDirectory: folder,
                logger: .lines(to: [output]), meta: TorchDictionary(), device: device,
                generator: draws, seed: 7, timestamp: "20240101_000000"), maxEpochs: 3)
        try runner.registerTrainingHooks(
            lrConfig: ["policy": "step", "step": [1, 2], "warmup": "linear", "warmup_iters": 6],
            logConfig: ["interval": 2, "hooks": [["type": "TextLoggerHook"]]])
        if saves { try runner.register(CheckpointHook(interval: 1, byEpoch: false)) }
        if let path { try runner.resume(path) }
    }

    func go() throws { try runner.run([source], workflow: [("train", 1)]) }

    /// All bits of the models and of both optimizers.
    func ending() throws -> String {
        let state = try model.stateDictionary()
        let bits = state.names.map { name in "\(state[name]?.floats.map(\.bitPattern) ?? [])" }
        let memory = try optimizers.entries.map { name, wrapper in
            let state = try wrapper.optimizer.state()
            return "\(name) \(state.entries.sorted { $0.key < $1.key }) \(state.groups)"
        }
        return (bits + memory).joined(separator: "\n")
    }
}

@Suite("a run with several optimizers") struct GANTests {
    @Test("both parts train, and each optimizer's lr is logged by its name")
    func r2_optimizersByName() throws {
        let folder = try TemporaryFolder()
        let run = try GANRun(in: folder.path)
        let before = try run.model.stateDictionary()
        try run.go()
        let after = try run.model.stateDictionary()
        for name in before.names { #expect(before[name] != after[name]) }
        #expect(run.output.contents.contains("\tlr_G: 5.500e-03 lr_D: 2.200e-02, "))
        let json = try String(
            contentsOfFile: folder.path + "/20240101_000000.log.json", encoding: .utf8)
        #expect(json.contains(#""lr": {"G": 0.0025, "D": 0.01}"#))
    }

    @Test("lr and momentum are lists by name")
    func r5_currentRates() throws {
        let runner = try GANRun(in: nil, saves: false).runner
        #expect(try runner.currentLearningRates.map(\.optimizer) == ["G", "D"])
        #expect(try runner.currentLearningRates.map(\.values) == [[0.01], [0.04, 0.04]])
        #expect(try runner.currentMomentums.map(\.values) == [[0.5], [0.9, 0.9]])
    }

    @Test("a checkpoint holds the states by name, and the run goes on from any to the same bits")
    func r34_resume() throws {
        let folder = try TemporaryFolder()
        let whole = try GANRun(in: folder.path + "/whole")
        try whole.go()
        let saved = try Checkpoint.read(folder.path + "/whole/iter_5.pth").optimizer
        #expect(saved?.dictionary?.names == ["G", "D"])
        for (name, groups) in [("G", 1), ("D", 2)] {
            #expect(saved?[name]?.dictionary?.names == ["state", "param_groups"])
            #expect(saved?[name]?["param_groups"]?.elements?.count == groups)
        }
        let expected = try whole.ending()
        var failures: [Int] = []
        for number in 1..<12 {
            let resumed = try GANRun(
                in: folder.path + "/resumed",
                resuming: folder.path + "/whole/iter_\(number).pth")
            try resumed.go()
            if try resumed.ending() != expected { failures.append(number) }
        }
        #expect(failures == [])
    }

    @Test("a changed lr of one optimizer counts after resuming")
    func changedRate() throws {
        let folder = try TemporaryFolder()
        try GANRun(in: folder.path).go()
        let resumed = try GANRun(
            in: folder.path, resuming: folder.path + "/iter_4.pth", rate: 0.02)
        try resumed.go()
        #expect(
            resumed.optimizers.entries.map {
                $0.wrapper.optimizer.groups.map { $0.initialLearningRate ?? -1 }
            } == [[0.02], [0.04, 0.04]])
        #expect(
            resumed.output.contents.contains(
                "the checkpoint was trained with lr 0.01, the config says 0.02: the config counts"))
    }

    @Test("states that do not fit are refused")
    func messages() throws {
        let folder = try TemporaryFolder()
        try GANRun(in: folder.path).go()
        let path = folder.path + "/iter_4.pth"
        var checkpoint = try Checkpoint.read(path)
        checkpoint.optimizer = .dictionary(
            TorchDictionary([("D", try #require(checkpoint.optimizer?["D"]))]))
        try checkpoint.write(to: path)
        let error = #expect(throws: CheckpointError.self) {
            try GANRun(in: folder.path, resuming: path)
        }
        #expect(
            error?.description
                == "\(path): optimizer: there is no state of \"G\"; resume with the optimizer the checkpoint was trained with"
        )
    }

    @Test("the optimizer hook is refused where the model steps itself")
    func optimizerHook() throws {
        let run = try GANRun(in: nil, saves: false)
        try run.runner.register(OptimizerHook())
        let error = #expect(throws: (any Error).self) { try run.go() }
        #expect(
            "\(try #require(error))".contains(
                "optimizer_config: the run has several optimizers; leave optimizer_config out and let the model step"
            ))
    }

    @Test("a loss that is no number stops the run, also where the model steps itself")
    func nonFinite() throws {
        let run = try GANRun(in: nil, saves: false)
        try run.model.discriminator.weight.assign([.nan, 1])
        let error = #expect(throws: NonFiniteLossError.self) { try run.go() }
        #expect(error?.iteration == 1)
    }
}
