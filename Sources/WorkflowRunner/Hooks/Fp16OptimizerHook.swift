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
public class Fp16OptimizerHook: BeforeRun, AfterTrainIteration, MetaContributor, ResumableHook {
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
        let settings = try Self.settings(from: &reader)
        self.init(clip: settings.clip, scaler: settings.scaler)
    }

    static func settings(from reader: inout ConfigReader) throws -> (
        clip: GradientClip?, scaler: LossScaler
    ) {
        let clip = try reader.nested("grad_clip", GradientClip.read)
        // They arrange for several processes.
        reader.ignore("coalesce", "bucket_size_mb", "distributed")
        return (clip, try LossScaler.read("loss_scale", from: &reader))
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
        if runner.hasModelStepped { return }
        let (wrapper, loss, tape, count) = try runner.stepIngredients(for: "fp16")
        wrapper.clearGradients()
        try wrapper.backward(loss, on: tape, divisor: 1 / scaler.scale)
        try step(wrapper, runner, sampleCount: count)
    }

    /// Unscales the gathered gradients, and steps on them unless they are not finite.
    final func step(_ wrapper: OptimWrapper, _ runner: BaseRunner, sampleCount: Int) throws {
        (wrapper.clip, wrapper.scaler) = (clip, scaler)
        wrapper.average = runner.worldSize > 1 ? runner.communicator.averageInPlace : nil
        if let norm = try wrapper.stepOnGathered() {
            runner.logBuffer.update("grad_norm", norm, count: sampleCount)
        }
        scaler = wrapper.scaler ?? scaler
    }

    /// Puts the scaler's numbers where MMCV keeps them.
    public func contribute(to meta: inout TorchDictionary) throws {
        meta["fp16"] = .dictionary(TorchDictionary([("loss_scaler", scalerState)]))
    }

    /// Continues with the numbers of a checkpoint of MMCV's.
    public func restore(fromMeta meta: TorchDictionary) throws {
        if let saved = meta["fp16"]?["loss_scaler"] { restoreScaler(saved) }
    }

    /// The scaler's numbers, under PyTorch's names.
    public var savedState: TorchValue { get throws { scalerState } }

    /// Continues with a checkpoint's numbers.
    public func restore(_ state: TorchValue) throws { restoreScaler(state) }

    private var scalerState: TorchValue { CheckpointFormat.scaler(scaler) }

    private func restoreScaler(_ state: TorchValue) {
        scaler.restore(CheckpointFormat.scalerNumbers(state))
    }
}
