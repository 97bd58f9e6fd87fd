import NeuralNet
import TensorCore
import TrainingInterfaces

/// A model that learns nothing: one weight, and one for each part that has an optimizer of its own.
final class RehearsalModel: TrainableModel {
    private final class Part: Module {
        private let weight: Parameter

        init(_ device: Device) throws { weight = Parameter(try device.zeros([1])) }

        var members: Members { ["weight": .parameter(weight)] }
    }

    let members: Members

    init(parts: [String], _ device: Device) throws {
        let own = (name: "weight", member: Member.parameter(Parameter(try device.zeros([1]))))
        members = Members([own] + (try parts.map { ($0, .module(try Part(device))) }))
    }

    func trainStep(
        _ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext
    ) -> StepOutput {
        StepOutput(loss: nil, logVariables: [], sampleCount: batch.sampleCount)
    }

    func validationStep(_ batch: Batch, _ context: ForwardContext) -> StepOutput {
        StepOutput(loss: nil, logVariables: [], sampleCount: batch.sampleCount)
    }

    func predict(_ batch: Batch, _ context: ForwardContext) -> PlainTensor {
        PlainTensor([Float](), shape: [0])
    }
}
