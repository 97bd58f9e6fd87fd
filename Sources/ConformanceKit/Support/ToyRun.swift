internal import ConfigCore
internal import NeuralNet
internal import TensorCore
internal import TorchFile
internal import TrainingInterfaces
internal import WorkflowRunner

/// Runs of a toy model as cases describe them: `runner`, its limit, `workflow`, `loader_lengths`.
enum ToyRun {
    /// The runner a case describes.
    static func runner(
        _ input: ConfigNode, _ model: any TrainableModel, _ device: Device,
        optimizer: OptimizerSet? = nil
    ) throws -> BaseRunner {
        var config: ConfigNode = ["type": try input.field("runner")]
        for key in ["max_epochs", "max_iters"] {
            if let limit = input[key] { config = config.setting(key, to: limit) }
        }
        let defaults = RunnerDefaults(
            model: model, optimizer: optimizer,
            logger: .lines(to: []), device: device)
        return try buildRunner(config, at: "runner", defaults: defaults)
    }

    /// Runs it over the loaders that the case describes, resuming first where it says so.
    static func run(_ runner: BaseRunner, _ input: ConfigNode) throws {
        let loaders = try input.field("loader_lengths").integers().enumerated().map {
            NumberedBatches(loader: $0, count: $1)
        }
        if let state = input.given("resume") ?? input.given("start") { try resume(runner, state) }
        let workflow = try Workflow.read(try workflow(input))
        if let limit = try input.given("run_max_epochs")?.integer() {
            guard let runner = runner as? EpochBasedRunner else {
                throw UnknownOperation("run with max_epochs of \(type(of: runner))")
            }
            try runner.run(loaders, workflow: workflow, maxEpochs: limit)
        } else if let limit = try input.given("run_max_iters")?.integer() {
            guard let runner = runner as? IterBasedRunner else {
                throw UnknownOperation("run with max_iters of \(type(of: runner))")
            }
            try runner.run(loaders, workflow: workflow, maxIterations: limit)
        } else {
            try runner.run(loaders, workflow: workflow)
        }
    }

    /// The workflow in the containers that the recording passed.
    private static func workflow(_ input: ConfigNode) throws -> ConfigNode {
        let steps = try (input["workflow"] ?? [["train", 1]]).elements()
        let tuples = try steps.map { ConfigNode(.tuple(try $0.elements())) }
        switch try input.given("workflow_container")?.text() {
        case nil: return ConfigNode(.list(tuples))
        case "tuple_of_tuples": return ConfigNode(.tuple(tuples))
        case "list_of_lists": return ConfigNode(.list(steps))
        case "dict":
            let entries = try steps.map { step in
                let pair = try step.elements()
                guard pair.count == 2 else { throw MalformedCase("a dict of \(pair.count)-tuples") }
                return (key: try pair[0].text(), node: pair[1])
            }
            return ConfigNode(.mapping(ConfigMapping(entries)))
        case let other?: throw UnknownOperation("workflow_container \(other)")
        }
    }

    /// Resumes a checkpoint that says nothing but how far the run was.
    private static func resume(_ runner: BaseRunner, _ state: ConfigNode) throws {
        let meta = TorchDictionary([
            ("epoch", .int(try state.field("epoch").integer())),
            ("iter", .int(try state.field("iter").integer())),
        ])
        let weights = TorchDictionary(
            [("weight", .tensor(TorchTensor(float32: [0], shape: [1])))], ordered: true)
        let file = TorchDictionary([
            ("meta", .dictionary(meta)), ("state_dict", .dictionary(weights)),
        ])
        try ScratchFolder.use { folder in
            try TorchFile.write(.dictionary(file), to: "\(folder)/bare.pth")
            try runner.resume("\(folder)/bare.pth", resumeOptimizer: false)
        }
    }
}
