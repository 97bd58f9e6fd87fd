public import ConfigCore
import Logging
public import NeuralNet
import TensorCore
import TrainingInterfaces

/// Runs the backward pass, clips gradients if asked to, and steps the optimizer.
///
/// Source: MMCV's `OptimizerHook`.
public class OptimizerHook: AfterTrainIteration {
    /// How gradients are clipped.
    public let clip: GradientClip?
    /// Whether parameters without a gradient are reported.
    public let detectsAnomalousParameters: Bool

    /// A hook that clips as told.
    public init(clip: GradientClip? = nil, detectsAnomalousParameters: Bool = false) {
        self.clip = clip
        self.detectsAnomalousParameters = detectsAnomalousParameters
    }

    /// Reads `grad_clip` and `detect_anomalous_params`.
    public convenience init(from reader: inout ConfigReader) throws {
        let settings = try Self.settings(from: &reader)
        self.init(clip: settings.clip, detectsAnomalousParameters: settings.detects)
    }

    static func settings(from reader: inout ConfigReader) throws -> (
        clip: GradientClip?, detects: Bool
    ) {
        (
            try reader.nested("grad_clip", GradientClip.read),
            try reader.value("detect_anomalous_params", default: false)
        )
    }

    /// Steps on the loss of this iteration.
    public func afterTrainIteration(_ runner: BaseRunner) throws {
        if runner.hasModelStepped { return }
        let (wrapper, loss, tape, count) = try runner.stepIngredients(for: "optimizer_config")
        wrapper.clearGradients()
        try wrapper.backward(loss, on: tape)
        try step(wrapper, runner, sampleCount: count)
    }

    /// Clips the gathered gradients and steps on them.
    final func step(_ wrapper: OptimWrapper, _ runner: BaseRunner, sampleCount: Int) throws {
        (wrapper.clip, wrapper.scaler) = (clip, nil)
        // Averaging gives every parameter a gradient, so look first.
        if detectsAnomalousParameters { reportAnomalousParameters(runner) }
        wrapper.average = runner.worldSize > 1 ? runner.communicator.averageInPlace : nil
        if let norm = try wrapper.stepOnGathered() {
            runner.logBuffer.update("grad_norm", norm, count: sampleCount)
        }
    }

    private func reportAnomalousParameters(_ runner: BaseRunner) {
        for (name, parameter) in runner.model.namedParameters()
        where parameter.requiresGradient && parameter.gradient == nil {
            runner.logger.error(
                "\(name) with shape torch.Size(\(parameter.value.shape)) is not in the computational graph"
            )
        }
    }
}

extension BaseRunner {
    /// Whether the model has stepped by itself, as models may in a run with loops.
    var hasModelStepped: Bool { hasLoopStages && outputs?.loss == nil }

    /// What an optimizer hook needs to step; `place` is the config key that errors name.
    func stepIngredients(for place: String) throws -> (
        wrapper: OptimWrapper, loss: Variable, tape: Tape, sampleCount: Int
    ) {
        guard let wrapper = optimizer?.single else {
            throw RunnerError(
                place,
                optimizer == nil ? "the run has no optimizer" : "the run has several optimizers",
                remedy: "leave \(place) out and let the model step")
        }
        guard let outputs, let loss = outputs.loss, let tape else {
            throw RunnerError(
                place, "the model's step gave no loss",
                remedy: "leave \(place) out if the model steps itself")
        }
        return (wrapper, loss, tape, outputs.sampleCount)
    }
}

extension GradientClip {
    /// Reads the arguments of `clip_grad_norm_`: `max_norm` and `norm_type`.
    public static func read(_ reader: inout ConfigReader) throws -> GradientClip {
        let maximum: Double = try reader.required("max_norm")
        let order: Double
        if case .string("inf") = reader.node("norm_type")?.value {
            order = .infinity
        } else {
            order = try reader.value("norm_type", default: 2)
        }
        return .norm(maximum: maximum, order: order)
    }
}
