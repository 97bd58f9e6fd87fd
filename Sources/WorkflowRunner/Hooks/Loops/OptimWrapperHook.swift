import Logging
import NeuralNet
import TensorCore
public import TorchFile
import TrainingInterfaces

/// Lets a run's only optimizer learn from the loss of each iteration, and logs the norms of clipped
/// gradients.
///
/// A model that gives back no loss has updated its parameters itself, as one with several optimizers must.
/// Source: what MMEngine's `BaseModel.train_step` does with its `OptimWrapper`.
public final class OptimWrapperHook: BeforeRun, BeforeTrain, AfterTrainIteration, ResumableHook {
    private weak var runner: BaseRunner?
    private var resumed: TorchValue?

    /// A hook for all wrappers of the run.
    public init() {}

    /// Switches the runner to bfloat16 where its only wrapper wants it and the processor is fast at it.
    public func beforeRun(_ runner: BaseRunner) throws {
        self.runner = runner
        let wrappers = wrappers.map(\.wrapper)
        for wrapper in wrappers {
            if runner.worldSize > 1 { wrapper.average = runner.communicator.averageInPlace }
            wrapper.tellNorm = { [weak runner] norm in
                let count = runner?.outputs?.sampleCount ?? 1
                runner?.logBuffer.update("grad_norm", norm, count: count)
            }
        }
        guard wrappers.contains(where: { $0.scaler != nil }) else { return }
        if !runner.device.hasFastBFloat16 {
            runner.logger.warning(
                "AmpOptimWrapper: this processor has no fast bfloat16, the run stays in single precision"
            )
        } else if isSingle {
            runner.precision = .bfloat16
        }
    }

    private var wrappers: [(name: String, wrapper: OptimWrapper)] {
        runner?.optimizer?.entries ?? []
    }

    /// Whether the runner knows how many passes there are: one an iteration.
    private var isSingle: Bool { runner?.optimizer?.single != nil }

    /// Tells the wrappers where in the run their windows are.
    public func beforeTrain(_ runner: BaseRunner) throws {
        for (name, wrapper) in wrappers {
            let size = wrapper.window.size
            wrapper.window = GradientWindow(
                size, passes: isSingle ? runner.iteration : 0,
                total: isSingle ? runner.maxIterations : nil)
            if let saved = resumed.flatMap({ $0[name] }) {
                try resume(wrapper, saved, runner)
            }
            guard size > 1 else { continue }
            runner.keepsGradients = true
            warn(wrapper, runner)
        }
        resumed = nil
    }

    private func resume(_ wrapper: OptimWrapper, _ saved: TorchValue, _ runner: BaseRunner) throws {
        guard let passes = saved["passes"]?.int, let size = saved["accumulative_counts"]?.int,
            let divisor = saved["divisor"]?.int
        else { return }
        // An epoch that comes again comes with fresh windows.
        let isExact = saved["iteration"]?.int == runner.iteration
        if isExact || !isSingle { wrapper.window.passes = passes }
        guard !wrapper.parametersWithGradient.isEmpty, !wrapper.window.isEmpty else {
            if !isSingle { wrapper.window.passes -= wrapper.window.passes % wrapper.window.size }
            return
        }
        if size != wrapper.window.size {
            wrapper.clearGradients()
            runner.logger.warning(
                "the checkpoint gathered gradients over \(size) iterations, accumulative_counts is \(wrapper.window.size) now; those gathered so far are left out"
            )
        } else if divisor != wrapper.window.divisor {
            // A longer run makes a full window of what was the rest of the shorter one.
            _ = try wrapper.unscaleGradients(
                by: Double(wrapper.window.divisor) / Double(divisor))
        }
    }

    private func warn(_ wrapper: OptimWrapper, _ runner: BaseRunner) {
        if !wrapper.window.isEmpty, wrapper.parametersWithGradient.isEmpty {
            runner.logger.warning(
                "Resumed iteration number is not divisible by `_accumulative_counts` in `GradientCumulativeOptimizerHook`, which means the gradient of some iterations is lost and the result may be influenced slightly."
            )
        }
        if runner.model.namedModules().contains(where: { $0.module is BatchNorm2d }) {
            runner.logger.warning(
                "Gradient accumulative may slightly decrease performance because the model has BatchNorm layers."
            )
        }
    }

    /// Learns from the loss, unless the model did.
    public func afterTrainIteration(_ runner: BaseRunner) throws {
        guard let loss = runner.outputs?.loss, let tape = runner.tape else { return }
        guard let wrapper = runner.optimizer?.single else {
            throw RunnerError(
                "optim_wrapper",
                "the run has several optimizers, and the model's step gave back one loss",
                remedy: "update each optimizer in trainStep, and give back no loss")
        }
        try wrapper.updateParameters(loss, on: tape)
    }

    /// Where each wrapper's window is; what it has gathered is in the checkpoint already.
    public var savedState: TorchValue {
        .dictionary(
            TorchDictionary(
                wrappers.map { name, wrapper in
                    (
                        name,
                        .dictionary(
                            TorchDictionary([
                                ("iteration", .int(runner?.iteration ?? 0)),
                                ("passes", .int(wrapper.window.passes)),
                                ("accumulative_counts", .int(wrapper.window.size)),
                                ("divisor", .int(wrapper.window.divisor)),
                            ]))
                    )
                }))
    }

    /// Goes on within the windows of a checkpoint.
    public func restore(_ state: TorchValue) throws { resumed = state }
}
