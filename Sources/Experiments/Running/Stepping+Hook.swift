import NeuralNet
import WorkflowRunner

extension Experiment.Stepping {
    /// The hook that steps so.
    var hook: any Hook {
        switch (scaler, accumulation) {
        case (let scaler?, 1): Fp16OptimizerHook(clip: clip, scaler: scaler)
        case (let scaler?, _):
            GradientCumulativeFp16OptimizerHook(
                iterations: accumulation, clip: clip, scaler: scaler)
        case (nil, 1): OptimizerHook(clip: clip)
        case (nil, _): GradientCumulativeOptimizerHook(iterations: accumulation, clip: clip)
        }
    }
}
