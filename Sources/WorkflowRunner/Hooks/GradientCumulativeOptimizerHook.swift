public import ConfigCore
public import NeuralNet
public import TorchFile

/// Gathers gradients over several iterations and steps the optimizer on their mean.
///
/// Source: MMCV's `GradientCumulativeOptimizerHook`. Other than there, a checkpoint from the middle of a
/// window continues it, and `detect_anomalous_params` looks at what a window has gathered.
public final class GradientCumulativeOptimizerHook: OptimizerHook, ResumableHook {
    private var accumulation: GradientAccumulation

    /// A hook that steps once in so many iterations.
    public init(
        iterations: Int = 1, clip: GradientClip? = nil, detectsAnomalousParameters: Bool = false
    ) {
        accumulation = GradientAccumulation(iterations)
        super.init(clip: clip, detectsAnomalousParameters: detectsAnomalousParameters)
    }

    /// Reads `cumulative_iters` and the keys of `OptimizerHook`.
    public convenience init(from reader: inout ConfigReader) throws {
        let accumulation = try GradientAccumulation(from: &reader)
        let settings = try Self.settings(from: &reader)
        self.init(
            iterations: accumulation.iterations, clip: settings.clip,
            detectsAnomalousParameters: settings.detects)
    }

    /// How many iterations share a step.
    public var iterations: Int { accumulation.iterations }

    /// Gathers this iteration's gradients, and steps where a window is full.
    public override func afterTrainIteration(_ runner: BaseRunner) throws {
        if runner.hasModelStepped { return }
        let (wrapper, loss, tape, count) = try runner.stepIngredients(for: "optimizer_config")
        let divisor = try accumulation.divisor(runner, wrapper)
        try wrapper.backward(loss, on: tape, divisor: Double(divisor))
        guard accumulation.isStepDue(runner) else { return }
        try step(wrapper, runner, sampleCount: count)
        wrapper.clearGradients()
    }

    /// What the gathered gradients were divided by; they themselves are in the checkpoint already.
    public var savedState: TorchValue { accumulation.savedState }

    /// Continues a window.
    public func restore(_ state: TorchValue) throws { accumulation.restore(state) }
}
