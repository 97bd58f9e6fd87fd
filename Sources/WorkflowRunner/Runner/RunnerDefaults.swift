internal import Foundation
public import Logging
public import NeuralNet
public import TensorCore
public import TorchFile
public import TrainingInterfaces

/// What a runner is given beside its limits: MMCV's `default_args` of `build_runner`.
public struct RunnerDefaults {
    /// A step of one's own in place of the model's `trainStep` and `validationStep`.
    ///
    /// The truth value says whether it is a training step.
    public typealias BatchProcessor = (
        any TrainableModel, Batch, _ training: Bool, OptimizerSet, ForwardContext
    ) throws -> StepOutput

    /// The model.
    public var model: any TrainableModel
    /// The optimizers; none for a run that only validates or whose model needs none.
    public var optimizer: OptimizerSet?
    /// Where checkpoints and logs go.
    public var workDirectory: String?
    /// Where messages go.
    public var logger: Logger
    /// What checkpoints and the first line of the JSON log say about the run.
    public var meta: TorchDictionary?
    /// Where tensors live.
    public var device: Device
    /// The generator of initial weights and sample order; checkpoints hold its state.
    public var generator: TorchGenerator
    /// The root of addressed randomness (dropout).
    public var seed: UInt64
    /// How processes of the run talk to each other.
    public var communicator: any Communicator
    /// A step in place of the model's own.
    public var batchProcessor: BatchProcessor?
    /// Where a signal or another thread asks the run to stop.
    public var stopRequest: StopRequest
    /// What happens when the loss is not a finite number.
    public var onNonFinite: NonFiniteAction
    /// Finds checkpoints by path or name.
    public var checkpointFinder = CheckpointFinder()
    /// The config as JSON, which checkpoints keep to tell later what was changed.
    public var config: String?
    /// When the run was set up, as `20240131_235959`: the stem of its log files.
    public var timestamp: String

    /// Gathers what a runner needs.
    public init(
        model: any TrainableModel, optimizer: OptimizerSet? = nil, workDirectory: String? = nil,
        logger: Logger, meta: TorchDictionary? = nil, device: Device,
        generator: TorchGenerator = TorchGenerator(seed: 0), seed: UInt64 = 0,
        communicator: any Communicator = SingleProcess(), batchProcessor: BatchProcessor? = nil,
        stopRequest: StopRequest = StopRequest(), onNonFinite: NonFiniteAction = .stop,
        timestamp: String = RunnerDefaults.currentTimestamp()
    ) {
        self.model = model
        self.optimizer = optimizer
        self.workDirectory = workDirectory
        self.logger = logger
        self.meta = meta
        self.device = device
        self.generator = generator
        self.seed = seed
        self.communicator = communicator
        self.batchProcessor = batchProcessor
        self.stopRequest = stopRequest
        self.onNonFinite = onNonFinite
        self.timestamp = timestamp
    }

    /// The present time in the form of `timestamp`.
    public static func currentTimestamp() -> String { LogTime(Date()).timestamp }
}
