public import ConfigCore
public import NeuralNet
public import TorchFile

/// Gathers gradients over several iterations in mixed precision.
///
/// Source: MMCV's `GradientCumulativeFp16OptimizerHook`.
public final class GradientCumulativeFp16OptimizerHook: Fp16OptimizerHook {
    private var accumulation: GradientAccumulation

    /// A hook that steps once in so many iterations.
    public init(
        iterations: Int = 1, clip: GradientClip? = nil,
        scaler: LossScaler = LossScaler(fixedScale: 512)
    ) {
        accumulation = GradientAccumulation(iterations)
        super.init(clip: clip, scaler: scaler)
    }

    /// Reads `cumulative_iters` and the keys of `Fp16OptimizerHook`.
    public convenience init(from reader: inout ConfigReader) throws {
        let accumulation = try GradientAccumulation(from: &reader)
        let settings = try Self.settings(from: &reader)
        self.init(
            iterations: accumulation.iterations, clip: settings.clip, scaler: settings.scaler)
    }

    /// How many iterations share a step.
    public var iterations: Int { accumulation.iterations }

    /// Gathers this iteration's gradients, and steps where a window is full.
    public override func afterTrainIteration(_ runner: BaseRunner) throws {
        if runner.hasModelStepped { return }
        let (wrapper, loss, tape, count) = try runner.stepIngredients(for: "fp16")
        let divisor = try accumulation.divisor(runner, wrapper)
        try wrapper.backward(loss, on: tape, divisor: Double(divisor) / scaler.scale)
        guard accumulation.isStepDue(runner) else { return }
        try step(wrapper, runner, sampleCount: count)
        wrapper.clearGradients()
    }

    /// The scaler's numbers, and what the gathered gradients were divided by.
    public override var savedState: TorchValue {
        get throws {
            var state = try super.savedState.dictionary ?? TorchDictionary()
            state["accumulation"] = accumulation.savedState
            return .dictionary(state)
        }
    }

    /// Continues a window.
    public override func restore(_ state: TorchValue) throws {
        try super.restore(state)
        accumulation.restore(state["accumulation"])
    }
}
