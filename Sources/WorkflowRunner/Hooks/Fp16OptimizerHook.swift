public import ConfigCore
import Logging
public import NeuralNet
import TensorCore
public import TorchFile
import TrainingInterfaces

/// Trains in mixed precision: bfloat16 between layers, single precision for weights and losses, and a
/// scaled loss.
///
/// bfloat16 has the range of single precision, so that scaling the loss is seldom needed; it keeps the
/// original's semantics and its place in checkpoints all the same. On a processor without fast bfloat16
/// the run stays in single precision and says so.
/// Source: MMCV's `Fp16OptimizerHook`.
public final class Fp16OptimizerHook: BeforeRun, AfterTrainIteration, BeforeSaveCheckpoint,
    ResumableHook
{
    /// How gradients are clipped, after they are unscaled.
    public let clip: GradientClip?
    /// The present factor on the loss, and how it changes.
    public private(set) var scaler: LossScaler

    /// A hook that scales and clips as told.
    public init(clip: GradientClip? = nil, scaler: LossScaler = LossScaler(fixedScale: 512)) {
        self.clip = clip
        self.scaler = scaler
    }

    /// Reads `grad_clip` and `loss_scale`: `"dynamic"`, a number, or the arguments of `GradScaler`.
    public convenience init(from reader: inout ConfigReader) throws {
        let clip = try reader.nested("grad_clip", GradientClip.read)
        // They arrange for several processes.
        reader.ignore("coalesce", "bucket_size_mb", "distributed")
        self.init(clip: clip, scaler: try LossScaler.read("loss_scale", from: &reader))
    }

    /// Switches the runner to bfloat16, where that is faster.
    public func beforeRun(_ runner: BaseRunner) throws {
        if runner.device.hasFastBFloat16 {
            runner.precision = .bfloat16
        } else {
            runner.logger.warning(
                "fp16: this processor has no fast bfloat16, the run stays in single precision")
        }
    }

    /// Steps on the loss of this iteration, unless its gradients are not finite.
    public func afterTrainIteration(_ runner: BaseRunner) throws {
        let (wrapper, loss, tape, count) = try runner.stepIngredients(for: "fp16")
        wrapper.clip = clip
        wrapper.clearGradients()
        try wrapper.backward(loss, on: tape, divisor: 1 / scaler.scale)
        if runner.worldSize > 1 {
            try wrapper.averageGradients(runner.communicator.averageInPlace)
        }
        let isFinite = try wrapper.unscaleGradients(by: scaler.scale)
        if let norm = try wrapper.clipGradients() {
            runner.logBuffer.update("grad_norm", norm, count: count)
        }
        if isFinite { try wrapper.step() }
        scaler.update(gradientsWereFinite: isFinite)
    }

    /// Puts the scaler's numbers where MMCV keeps them.
    public func beforeSaveCheckpoint(_ runner: BaseRunner, _ checkpoint: inout Checkpoint) throws {
        checkpoint.meta["fp16"] = .dictionary(TorchDictionary([("loss_scaler", savedState)]))
    }

    /// The scaler's numbers, under PyTorch's names.
    public var savedState: TorchValue {
        .dictionary(TorchDictionary(scaler.state.map { ($0.name, .double($0.value)) }))
    }

    /// Continues with a checkpoint's numbers.
    public func restore(_ state: TorchValue) throws {
        var numbers: [String: Double] = [:]
        for (name, value) in state.dictionary?.pairs ?? [] {
            if let name = name.string, let number = value.double { numbers[name] = number }
        }
        scaler.restore(numbers)
    }
}

extension LossScaler {
    /// Reads a loss scale as MMCV writes it.
    static func read(_ key: String, from reader: inout ConfigReader) throws -> LossScaler {
        guard let node = reader.node(key) else { return LossScaler(fixedScale: 512) }
        switch node.value {
        case .string("dynamic"): return LossScaler()
        case .int, .double:
            let scale: Double = try reader.required(key)
            guard scale > 0 else { throw reader.failure(key, "", expected: "a positive number") }
            return LossScaler(fixedScale: scale)
        case .mapping:
            return try reader.nested(key) { reader in
                var scaler = LossScaler(
                    initialScale: try reader.value("init_scale", default: 65536))
                scaler.growthFactor = try reader.value("growth_factor", default: 2)
                scaler.backoffFactor = try reader.value("backoff_factor", default: 0.5)
                scaler.growthInterval = try reader.value("growth_interval", default: 2000)
                if try !reader.value("enabled", default: true) {
                    return LossScaler(fixedScale: 1)
                }
                return scaler
            } ?? LossScaler()
        default:
            throw reader.failure(key, "", expected: "\"dynamic\", a number or a mapping")
        }
    }
}
