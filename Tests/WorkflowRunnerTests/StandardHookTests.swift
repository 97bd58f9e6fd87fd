import ConfigCore
import Foundation
import NeuralNet
import TensorCore
import Testing
import TrainingInterfaces
import WorkflowRunner

/// A model with a head of so many classes.
private final class HeadModel: TrainableModel {
    struct ToyHead: ClassCounting {
        let classCount: Int
        var members: Members { [:] }
    }
    let head: ToyHead
    init(_ classes: Int) { head = ToyHead(classCount: classes) }
    var members: Members { ["head": .module(head)] }
    func trainStep(_ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext)
        -> StepOutput
    { StepOutput(loss: nil, logVariables: [], sampleCount: 1) }
    func validationStep(_ batch: Batch, _ context: ForwardContext) -> StepOutput {
        StepOutput(loss: nil, logVariables: [], sampleCount: 1)
    }
    func predict(_ batch: Batch, _ context: ForwardContext) -> PlainTensor {
        PlainTensor([0] as [Float], shape: [1, 1])
    }
}

/// Two processes of which the other one has zeros.
private final class HalvingCommunicator: Communicator {
    let rank = 0
    let size = 2
    func averageInPlace(_ values: Tensor) throws { try values.scale(by: 0.5) }
}

@Suite("the smaller hooks") struct StandardHookTests {
    private func run(
        _ hooks: ConfigNode, byEpoch: Bool = true, _ defaults: RunnerDefaults
    ) throws {
        let runner: BaseRunner =
            byEpoch
            ? try EpochBasedRunner(defaults, maxEpochs: 2)
            : try IterBasedRunner(defaults, maxIterations: 2)
        try runner.registerTrainingHooks(lrConfig: nil, timerConfig: nil, customHooks: hooks)
        try runner.run([ToySource(1)], workflow: [("train", 1)])
    }

    @Test("a closure is called at its stage, by priority, and is in the table")
    func closure() throws {
        let runner = try EpochBasedRunner(Toy().defaults, maxEpochs: 2)
        var calls: [String] = []
        try runner.register(
            ClosureHook("after_train_iter") { calls.append("second \($0.iteration)") })
        try runner.register(
            ClosureHook(.afterTrainIteration) { calls.append("first \($0.iteration)") },
            priority: .high)
        try runner.run([ToySource(1)], workflow: [("train", 1)])
        #expect(calls == ["first 0", "second 0", "first 1", "second 1"])
        #expect(
            runner.hookTable
                == "after_train_iter:\n(HIGH        ) ClosureHook                        \n"
                + "(NORMAL      ) ClosureHook                        \n -------------------- ")
        let error = #expect(throws: RunnerError.self) {
            try ClosureHook("after_train_itr") { _ in }
        }
        #expect(
            error?.description
                == "ClosureHook: \"after_train_itr\" is not a known stage; did you mean \"after_train_iter\"?"
        )
    }

    @Test("hooks can ask where in the run they are")
    func predicates() throws {
        let runner = try EpochBasedRunner(Toy().defaults, maxEpochs: 2)
        var rows: [String] = []
        try runner.register(
            ClosureHook(.afterTrainIteration) { runner in
                let answers: [(String, Bool)] = [
                    ("2i", runner.isEvery(iterations: 2)),
                    ("2n", runner.isEvery(innerIterations: 2)),
                    ("2e", runner.isEvery(epochs: 2)), ("0", runner.isEvery(iterations: 0)),
                    ("end", runner.isEndOfEpoch), ("last epoch", runner.isLastEpoch),
                    ("last", runner.isLastIteration),
                ]
                rows.append(answers.filter(\.1).map(\.0).joined(separator: " "))
            })
        try runner.run([ToySource(3)], workflow: [("train", 1)])
        #expect(
            rows == [
                "", "2i 2n", "end", "2i 2e last epoch", "2n 2e last epoch",
                "2i 2e end last epoch last",
            ])
    }

    @Test("messages of configs")
    func messages() throws {
        let toy = try Toy()
        let cases: [(hook: ConfigNode, message: String)] = [
            (
                ["type": "WandbLoggerHook", "init_kwargs": ["project": "x"]],
                "custom_hooks[0].type: WandbLoggerHook needs a service that this program does not talk to; use TextLoggerHook or TensorboardLoggerHook, which write to work_dir"
            ),
            (
                ["type": "ClosureHook", "fn_name": "after_run"],
                "custom_hooks[0].type: a config cannot hold a function; register ClosureHook(.afterTrainIteration) { runner in … } in a program of your own"
            ),
            (
                ["type": "PreciseBNHook", "num_samples": 0],
                "custom_hooks[0].num_samples: expected a positive number, got 0"
            ),
            (
                ["type": "EmptyCacheHook", "after_iters": true],
                "custom_hooks[0].after_iters: unknown key; did you mean after_iter?"
            ),
            (
                ["type": "CheckpointHook", "filename_tmpl": "a/{}.pth"],
                "custom_hooks[0].filename_tmpl: \"a/{}.pth\" does not make a file's name of a number; write one such as \"epoch_{}.pth\" or \"iter_{:06d}.pth\""
            ),
            (
                ["type": "CheckpointHook", "meta": "x"],
                "custom_hooks[0].meta: expected a mapping, got the string \"x\""
            ),
            (
                ["type": "CheckpointHook", "file_client_args": ["backend": "petrel"]],
                "custom_hooks[0].file_client_args.backend: \"petrel\" is not a known file backend; known: disk"
            ),
        ]
        for (hook, message) in cases {
            let error = #expect(throws: ConfigError.self) { try run([hook], toy.defaults) }
            #expect(error?.description == message)
        }
        for name in [
            "PaviLoggerHook", "MlflowLoggerHook", "MMClsWandbHook", "NeptuneLoggerHook",
            "DvcliveLoggerHook", "SegmindLoggerHook", "ClearMLLoggerHook",
        ] {
            #expect(throws: ConfigError.self) {
                try run([["type": ConfigNode(.string(name))]], toy.defaults)
            }
        }
    }

    @Test("hooks that do not go with a run by iterations say so before it begins")
    func iterations() throws {
        let cases: [(hook: ConfigNode, message: String)] = [
            (
                ["type": "DistSamplerSeedHook"],
                "DistSamplerSeedHook: the runner counts iterations and numbers its passes itself; leave the hook out, or use EpochBasedRunner"
            ),
            (
                ["type": "PreciseBNHook"],
                "PreciseBNHook: the runner counts iterations, so the hook would never act; use EpochBasedRunner, or leave the hook out"
            ),
            (
                ["type": "CheckpointHook", "interval": 1],
                "checkpoint_config: by_epoch is true, but the runner counts iterations, so nothing would be saved; set by_epoch=False"
            ),
        ]
        for (hook, message) in cases {
            let toy = try Toy()
            let error = #expect(throws: RunnerError.self) {
                try run([hook], byEpoch: false, toy.defaults)
            }
            #expect(error?.description == message)
            #expect(toy.output.contents == "")
        }
    }

    @Test("V6: DistSamplerSeedHook goes with epochs, and is refused with iterations")
    func v6_samplerSeedHookNeedsEpochs() throws {
        try run([["type": "DistSamplerSeedHook"]], Toy().defaults)
        #expect(throws: RunnerError.self) {
            try run([["type": "DistSamplerSeedHook"]], byEpoch: false, Toy().defaults)
        }
    }

    @Test("an empty cache is told once")
    func emptyCache() throws {
        let toy = try Toy()
        try run([["type": "EmptyCacheHook", "after_iter": true]], toy.defaults)
        #expect(
            toy.lines.filter { $0.hasPrefix("EmptyCacheHook") }
                == ["EmptyCacheHook: a CPU has no CUDA cache, there is nothing to empty"])
    }

    @Test("buffers are averaged over processes, where there are several")
    func buffers() throws {
        for (communicator, distributed, mean) in [
            (SingleProcess() as any Communicator, true, 8 as Float),
            (HalvingCommunicator(), true, 2), (HalvingCommunicator(), false, 8),
        ] {
            var toy = try Toy()
            try toy.model.mean.value.assign([8, 8])
            toy.defaults.communicator = communicator
            try run(
                [["type": "SyncBuffersHook", "distributed": ConfigNode(.bool(distributed))]],
                toy.defaults)
            #expect(try toy.model.mean.value.plainValues() == [mean, mean])
        }
    }

    @Test("the number of classes is checked before anything runs", arguments: [true, false])
    func classes(byEpoch: Bool) throws {
        let device = try Device(threads: 1)
        let output = MemoryTextOutput()
        func defaults(_ classes: Int) -> RunnerDefaults {
            RunnerDefaults(
                model: HeadModel(classes), logger: .lines(name: "toy", to: [output]),
                device: device)
        }
        try run([["type": "ClassNumCheckHook"]], byEpoch: byEpoch, defaults(2))
        let before = output.contents
        let error = #expect(throws: RunnerError.self) {
            try run([["type": "ClassNumCheckHook"]], byEpoch: byEpoch, defaults(10))
        }
        #expect(
            error?.description
                == "model.head.num_classes: 10 in ToyHead of HeadModel, but the data of train has 2 classes; set it to 2"
        )
        #expect(output.contents == before)
        let runner = try EpochBasedRunner(defaults(10), maxEpochs: 1)
        try runner.register(ClassNumCheckHook())
        try runner.run([NormalizedSource()], workflow: [("train", 1)])
        let told = output.contents.components(separatedBy: "does not name its classes").count - 1
        #expect(told == 1)
    }

    @Test("parameters outside the graph are reported, with gathered gradients too")
    func anomalous() throws {
        for type in ["OptimizerHook", "GradientCumulativeOptimizerHook"] {
            var toy = try Toy()
            let model = try DetachedModel(toy.model, toy.device)
            toy.defaults.model = model
            let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 1)
            try runner.registerTrainingHooks(
                lrConfig: nil,
                optimizerConfig: [
                    "type": ConfigNode(.string(type)), "detect_anomalous_params": true,
                ])
            try runner.run([ToySource(1)], workflow: [("train", 1)])
            let errors = toy.output.contents.split(separator: "\n").filter { $0.contains("ERROR") }
            #expect(errors.count == 1)
            #expect(
                errors.first?.hasSuffix(
                    "idle with shape torch.Size([3]) is not in the computational graph") == true)
        }
    }
}

/// A toy model with a parameter that nothing depends on.
private final class DetachedModel: TrainableModel {
    private let toy: ToyModel
    private let idle: Parameter
    init(_ toy: ToyModel, _ device: Device) throws {
        self.toy = toy
        idle = Parameter(try device.zeros([3]))
    }
    var members: Members { ["idle": .parameter(idle), "toy": .module(toy)] }
    func trainStep(_ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext) throws
        -> StepOutput
    { try toy.trainStep(batch, optimizers, context) }
    func validationStep(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput {
        try toy.validationStep(batch, context)
    }
    func predict(_ batch: Batch, _ context: ForwardContext) throws -> PlainTensor {
        try toy.predict(batch, context)
    }
}
