internal import NeuralNet
internal import TensorCore
internal import TrainingInterfaces

/// A model that does nothing but note the batches it sees.
final class ToyModel: TrainableModel {
    /// A batch that the model saw: the phase, the loader's number, the batch's number.
    struct Visit: Equatable {
        let phase: String
        let loader: Int
        let batch: Int
    }

    private let weight: Parameter
    private(set) var visits: [Visit] = []

    init(_ device: Device) throws { weight = Parameter(try device.zeros([1])) }

    var members: Members { ["weight": .parameter(weight)] }

    func trainStep(_ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext) throws
        -> StepOutput
    {
        note(batch, "train")
    }

    func validationStep(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput {
        note(batch, "val")
    }

    func predict(_ batch: Batch, _ context: ForwardContext) throws -> PlainTensor {
        PlainTensor([Float](), shape: [0])
    }

    private func note(_ batch: Batch, _ phase: String) -> StepOutput {
        if case .int(let loader) = batch[0], case .int(let number) = batch[1] {
            visits.append(Visit(phase: phase, loader: loader, batch: number))
        }
        return StepOutput(loss: nil, logVariables: [], sampleCount: batch.sampleCount)
    }
}
