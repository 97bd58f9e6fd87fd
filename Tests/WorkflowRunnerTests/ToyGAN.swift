import NeuralNet
import TensorCore
import TrainingInterfaces
import WorkflowRunner

/// A generator of points and a discriminator, each with an optimizer of its own.
///
/// The model steps itself: first `D` on a real and a made point, then `G`.
final class ToyGAN: TrainableModel {
    let generator: Linear
    let discriminator: Linear

    init(_ device: Device) throws {
        let draws = TorchGenerator(seed: 3)
        generator = try Linear(2, 2, device: device, generator: draws)
        discriminator = try Linear(2, 1, device: device, generator: draws)
    }

    var members: Members { ["G": .module(generator), "D": .module(discriminator)] }

    func trainStep(_ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext) throws
        -> StepOutput
    {
        guard let stepG = optimizers["G"], let stepD = optimizers["D"] else {
            return StepOutput(loss: nil, logVariables: [], sampleCount: 0)
        }
        var random = context.random.at("noise").stream()
        let noise = Variable(
            try context.device.tensor(
                [Float(random.normal()), Float(random.normal())], shape: [1, 2]))
        let real = Variable(
            try context.device.tensor(batch.array("x")?.floats ?? [0, 0], shape: [1, 2]))

        let tapeD = Tape()
        let contextD = context.recording(on: tapeD)
        let made = try generator(noise, context.recording(on: nil))
        let lossD = try add(
            judge(real, isReal: true, contextD), judge(made, isReal: false, contextD), contextD)
        try stepD.updateParameters(lossD, on: tapeD)

        let tapeG = Tape()
        let contextG = context.recording(on: tapeG)
        let lossG = try judge(generator(noise, contextG), isReal: true, contextG)
        let norm = try stepG.updateParameters(lossG, on: tapeG)
        return StepOutput(
            loss: nil,
            logVariables: [
                ("loss_d", Double(try lossD.value.scalar())),
                ("loss_g", Double(try lossG.value.scalar())), ("norm_g", norm ?? 0),
            ], sampleCount: batch.sampleCount)
    }

    private func judge(_ point: Variable, isReal: Bool, _ context: ForwardContext) throws
        -> Variable
    {
        let score = try discriminator(point, context)
        let target = Variable(try context.device.full([1, 1], isReal ? 1 : 0))
        return try binaryCrossEntropy(withLogits: score, target, context)
    }

    func validationStep(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput {
        StepOutput(loss: nil, logVariables: [], sampleCount: batch.sampleCount)
    }

    func predict(_ batch: Batch, _ context: ForwardContext) throws -> PlainTensor {
        PlainTensor([0] as [Float], shape: [1, 1])
    }
}
