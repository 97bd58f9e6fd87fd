import ConfigCore
import Logging
import NeuralNet
import TorchFile

/// Which iterations share one step of the optimizer, and by what their losses are divided.
///
/// The last iterations of a run, where they do not fill a window, make a smaller one.
struct GradientAccumulation {
    /// How many iterations share a step.
    let iterations: Int
    private var hasBegun = false
    private var hasToldOfRemainder = false
    /// What the gradients of a resumed checkpoint were divided by, and its number of iterations.
    private var resumed: (iterations: Int, divisor: Int)?
    private var divisor = 1

    init(_ iterations: Int) { self.iterations = iterations }

    /// Reads `cumulative_iters`.
    init(from reader: inout ConfigReader) throws {
        let count = try reader.value("cumulative_iters", default: 1)
        guard count > 0 else {
            throw reader.failure("cumulative_iters", "expected a positive integer, got \(count)")
        }
        self.init(count)
    }

    /// What the loss of this iteration is divided by; the first call puts resumed gradients in order.
    mutating func divisor(_ runner: BaseRunner, _ wrapper: OptimWrapper) throws -> Int {
        let window = window(runner)
        divisor = window.divisor
        if !hasBegun { try begin(runner, wrapper) }
        if window.isRemainder, !hasToldOfRemainder {
            hasToldOfRemainder = true
            runner.logger.warning(
                "Loss will be divided by \(divisor) in the last \(divisor) iterations because they are not enough for \(iterations) cumulative_iters."
            )
        }
        return divisor
    }

    private func window(_ runner: BaseRunner) -> GradientWindow {
        GradientWindow(iterations, passes: runner.iteration, total: runner.maxIterations)
    }

    /// Whether the optimizer steps at the end of this iteration.
    func isStepDue(_ runner: BaseRunner) -> Bool { window(runner).isLastPass }

    private mutating func begin(_ runner: BaseRunner, _ wrapper: OptimWrapper) throws {
        hasBegun = true
        runner.keepsGradients = true
        try adaptGradients(runner, wrapper)
        if !runner.iteration.isMultiple(of: iterations), wrapper.parametersWithGradient.isEmpty {
            runner.logger.warning(
                "Resume iter number is not divisible by cumulative_iters in GradientCumulativeOptimizerHook, which means the gradient of some iters is lost and the result may be influenced slightly."
            )
        }
        if iterations > 1, runner.model.namedModules().contains(where: { $0.module is BatchNorm2d })
        {
            runner.logger.warning(
                "GradientCumulativeOptimizerHook may slightly decrease performance if the model has BatchNorm layers."
            )
        }
    }

    /// Fits a checkpoint's gradients to a config that was changed since.
    private func adaptGradients(_ runner: BaseRunner, _ wrapper: OptimWrapper) throws {
        guard let resumed, !wrapper.parametersWithGradient.isEmpty else { return }
        if resumed.iterations != iterations {
            wrapper.clearGradients()
            runner.logger.warning(
                "the checkpoint gathered gradients over \(resumed.iterations) iterations, cumulative_iters is \(iterations) now; those gathered so far are left out"
            )
        } else if resumed.divisor != divisor {
            // A longer run makes a full window of what was the rest of the shorter one.
            _ = try wrapper.unscaleGradients(by: Double(divisor) / Double(resumed.divisor))
        }
    }

    var savedState: TorchValue {
        .dictionary(
            TorchDictionary([("cumulative_iters", .int(iterations)), ("divisor", .int(divisor))]))
    }

    mutating func restore(_ state: TorchValue?) {
        guard let iterations = state?["cumulative_iters"]?.int, let divisor = state?["divisor"]?.int
        else { return }
        resumed = (iterations, divisor)
        self.divisor = divisor
    }
}
