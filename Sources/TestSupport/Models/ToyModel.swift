package import NeuralNet
package import TensorCore
package import TrainingInterfaces

/// A linear classifier on rows of features: the least a runner can train.
///
/// Batches hold `x` `[N, features]` and `y` `[N]`, as `ArraySource` makes them.
package final class ToyModel: TrainableModel {
    package let linear: Linear
    /// The calls so far, such as `train 4` with the batch's sample count.
    package private(set) var calls: [String] = []

    /// A model with fresh parameters.
    package init(
        features: Int = 2, classes: Int = 2, device: Device, generator: TorchGenerator
    ) throws {
        linear = try Linear(features, classes, device: device, generator: generator)
    }

    package var members: Members { ["linear": .module(linear)] }

    package func trainStep(
        _ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext
    ) throws -> StepOutput {
        try step("train", batch, context)
    }

    package func validationStep(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput {
        try step("val", batch, context)
    }

    package func predict(_ batch: Batch, _ context: ForwardContext) throws -> PlainTensor {
        softmaxRows(try scores(batch, context).value.plainTensor())
    }

    private func scores(_ batch: Batch, _ context: ForwardContext) throws -> Variable {
        guard let x = batch.array("x") else { throw ShapeError("toy model: the batch has no x") }
        return try linear(Variable(context.device.tensor(x)), context)
    }

    private func step(_ name: String, _ batch: Batch, _ context: ForwardContext) throws
        -> StepOutput
    {
        calls.append("\(name) \(batch.sampleCount)")
        let labels = batch.array("y")?.integers ?? []
        let loss = try CrossEntropyLoss()(scores(batch, context), .labels(labels), context)
        return StepOutput(
            loss: loss, logVariables: [("loss", Double(try loss.value.scalar()))],
            sampleCount: batch.sampleCount)
    }
}
