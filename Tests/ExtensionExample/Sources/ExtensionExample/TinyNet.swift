import MMRunner

/// A linear classifier; its scores are divided by the temperature of the step.
final class TinyNet: TrainableModel {
    struct Temperature: Sendable { var value: Double }
    let fc: Linear
    var members: Members { ["fc": .module(fc)] }

    init(_ device: Device, _ generator: TorchGenerator) throws {
        fc = try Linear(64, 2, device: device, generator: generator)
    }

    func scores(_ batch: Batch, _ context: ForwardContext) throws -> Variable {
        guard let images = batch.array("img") else { throw BatchError.missing("img") }
        let scores = try fc(flatten(Variable(context.device.tensor(images)), context), context)
        let temperature = context.stepOptions[Temperature.self]?.value ?? 1
        return try scale(scores, by: 1 / temperature, context)
    }

    func trainStep(_ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext) throws
        -> StepOutput
    {
        let labels = ClassTargets.labels(batch.array("gt_label")?.integers ?? [])
        let loss = try CrossEntropyLoss()(scores(batch, context), labels, context)
        return StepOutput(
            loss: loss, logVariables: [("loss", Double(try loss.value.scalar()))],
            sampleCount: batch.sampleCount)
    }

    func validationStep(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput {
        try trainStep(batch, OptimizerSet([]), context)
    }

    func predict(_ batch: Batch, _ context: ForwardContext) throws -> PlainTensor {
        let probabilities = try softmax(scores(batch, context), dimension: 1, context).value
        return PlainTensor(try probabilities.plainValues(), shape: probabilities.shape)
    }
}
