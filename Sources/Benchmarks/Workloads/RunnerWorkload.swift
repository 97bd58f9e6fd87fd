import ConfigCore
import NeuralNet
import TensorCore
import TrainingInterfaces
import WorkflowRunner

/// An epoch of a runner whose model does next to nothing: a loss that is its only parameter.
///
/// The hooks are those of learning rate, timer and text log.
struct RunnerWorkload {
    let iterations: Int
    /// Whether an optimizer hook goes backward and steps, too.
    let hasOptimizerHook: Bool

    /// Rows of the text logger are this many iterations apart.
    private static let logInterval = 100

    /// What reports say about it.
    var work: Work {
        Work(
            benchmark: "runner",
            title: "runner: an epoch of \(iterations) iterations of an empty model"
                + (hasOptimizerHook ? " with an optimizer hook" : ""),
            fields: ["iterations": iterations, "optimizer_hook": hasOptimizerHook],
            amount: .iterations(iterations))
    }

    /// Runs an epoch and gives its seconds; building the runner does not count.
    func epoch(_ device: Device, in folder: String) throws -> Double {
        let model = try EmptyModel(device, recordsLoss: hasOptimizerHook)
        let optimizer = try OptimWrapper(
            SGD(
                [ParameterGroup([model.weight])],
                options: [("lr", .double(0.1)), ("momentum", .double(0.9))]))
        let runner = try EpochBasedRunner(
            RunnerDefaults(
                model: model, optimizer: OptimizerSet(optimizer), workDirectory: folder,
                logger: .lines(to: []), device: device), maxEpochs: 1)
        try runner.registerTrainingHooks(
            lrConfig: ["policy": "step", "step": [10]],
            optimizerConfig: hasOptimizerHook ? [:] : nil,
            logConfig: [
                "interval": .init(.int(Self.logInterval)), "hooks": [["type": "TextLoggerHook"]],
            ])
        let source = NumberedBatches(count: iterations)
        return try secondsTaken { try runner.run([source], workflow: [("train", 1)]) }
    }

    /// MMCV's runner on the same model with the same hooks.
    func peer(python: String) -> Peer {
        let arguments: [String: Any] = [
            "iterations": iterations, "log_interval": Self.logInterval,
            "optimizer_hook": hasOptimizerHook,
        ]
        return Peer(library: "mmcv", name: "EpochBasedRunner") {
            try PythonChild(python, .runner, arguments)
        }
    }
}

extension PythonScript {
    fileprivate static let runner = PythonScript(
        #"""
        def prepare(options):
            import logging, tempfile
            import mmcv
            import torch
            from mmcv.runner import EpochBasedRunner

            class Model(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.weight = torch.nn.Parameter(torch.zeros(1))

                def train_step(self, data, optimizer, **kwargs):
                    return dict(loss=self.weight, log_vars=dict(loss=0.0), num_samples=1)

            # Its epochs begin with a sleep of two seconds, which says nothing about iterations.
            time.sleep = lambda seconds: None
            folder = tempfile.TemporaryDirectory()
            logger = logging.getLogger('benchmark')
            logger.addHandler(logging.NullHandler())
            logger.setLevel(logging.INFO)
            logger.propagate = False

            def work():
                model = Model()
                runner = EpochBasedRunner(
                    model, optimizer=torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9),
                    work_dir=folder.name, logger=logger, max_epochs=1)
                runner.register_training_hooks(
                    lr_config=dict(policy='step', step=[10]),
                    optimizer_config=dict() if options['optimizer_hook'] else None,
                    log_config=dict(
                        interval=options['log_interval'], hooks=[dict(type='TextLoggerHook')]))
                source = [{}] * options['iterations']
                start = time.perf_counter()
                runner.run([source], [('train', 1)])
                return time.perf_counter() - start

            return f'mmcv {mmcv.__version__}, PyTorch {torch.__version__}', work
        """#)
}

/// A model whose loss is its only parameter.
private final class EmptyModel: TrainableModel {
    let weight: Parameter

    /// Whether somebody will go backward from the loss.
    private let recordsLoss: Bool

    init(_ device: Device, recordsLoss: Bool) throws {
        weight = Parameter(try device.zeros([1]))
        self.recordsLoss = recordsLoss
    }

    var members: Members { ["weight": .parameter(weight)] }

    func trainStep(_ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext) throws
        -> StepOutput
    {
        StepOutput(
            loss: recordsLoss ? context.variable(weight) : Variable(weight.value),
            logVariables: [("loss", 0)],
            sampleCount: batch.sampleCount)
    }

    func validationStep(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput {
        StepOutput(loss: nil, logVariables: [], sampleCount: batch.sampleCount)
    }

    func predict(_ batch: Batch, _ context: ForwardContext) throws -> PlainTensor {
        PlainTensor([Float](), shape: [0])
    }
}
