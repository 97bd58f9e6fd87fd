import ConfigCore
import Logging
import NeuralNet
import TensorCore
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// A model that a config describes, ready for the weights of a checkpoint.
struct LoadedModel {
    let device: Device
    let generator: TorchGenerator
    let model: any TrainableModel
    /// What the user should know of the model's config.
    let warnings: [String]
    private let averagesWeights: Bool

    /// Builds the model, with first values.
    init(_ experiment: Experiment, _ registries: Registries) throws {
        device = try Device()
        generator = TorchGenerator(seed: experiment.seed ?? 0)
        var warnings: [String] = []
        model = try buildClassifier(
            experiment.model, device: device, generator: generator, registries: registries,
            pretrained: nil
        ) { warnings.append($0) }
        self.warnings = warnings
        averagesWeights = experiment.style == .legacy
    }

    /// Loads a checkpoint strictly; the class names that it keeps, if it does.
    func load(_ checkpoint: String, _ logger: Logger) throws -> [String]? {
        let runner = try EpochBasedRunner(
            RunnerDefaults(model: model, logger: logger, device: device), maxEpochs: 0)
        // A checkpoint trained with averaged weights holds two of each; only one is used.
        if averagesWeights { try runner.register(EMAHook()) }
        let meta = try runner.loadCheckpoint(checkpoint, strict: true).meta
        return (meta["CLASSES"] ?? meta["dataset_meta"]?["classes"])?.elements.map {
            $0.compactMap(\.string)
        }
    }

    /// The circumstances of a prediction.
    func context(isMixedPrecision: Bool = false) -> ForwardContext {
        ForwardContext(
            mode: .evaluation, tape: nil, device: device, random: KeyedRandom(seed: 0),
            precision: isMixedPrecision && device.hasFastBFloat16 ? .bfloat16 : .float32)
    }
}
