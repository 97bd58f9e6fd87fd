import NeuralNet
import TensorCore
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// A batch normalisation of two channels, whose loss is nothing of interest.
final class NormalizedModel: TrainableModel {
    let norm: BatchNorm2d
    /// A layer that keeps its statistics in training, as frozen stages do.
    let frozen: BatchNorm2d
    private let device: Device
    /// Called before each training step with how many there were.
    var onStep: (Int) -> Void = { _ in }
    private var steps = 0

    init(_ device: Device) throws {
        self.device = device
        norm = try BatchNorm2d(2, device: device)
        frozen = try BatchNorm2d(2, device: device)
    }

    var members: Members { ["bn": .module(norm), "frozen": .module(frozen)] }

    func trainStep(_ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext) throws
        -> StepOutput
    {
        onStep(steps)
        steps += 1
        let x = Variable(
            try device.tensor(batch.array("x") ?? PlainTensor([0] as [Float], shape: [1])))
        let y = try frozen(norm(x, context), context.changing(to: .evaluation))
        _ = try y.value.plainValues()
        return StepOutput(loss: nil, logVariables: [], sampleCount: batch.sampleCount)
    }

    func validationStep(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput {
        StepOutput(loss: nil, logVariables: [], sampleCount: batch.sampleCount)
    }

    func predict(_ batch: Batch, _ context: ForwardContext) throws -> PlainTensor {
        PlainTensor([0, 0] as [Float], shape: [1, 2])
    }
}

/// Four batches of two images, the same in every pass.
final class NormalizedSource: BatchSource {
    private(set) var position = SourcePosition()
    private var isInPass = false
    let batchesPerEpoch = 4
    let sampleCount = 8
    var classNames: [String]? { nil }

    func begin(epoch: Int) {
        position = SourcePosition(epoch: epoch, hasBegun: true)
        isInPass = true
    }

    func next() -> Batch? {
        guard isInPass, position.batch < batchesPerEpoch else {
            isInPass = false
            position = SourcePosition(epoch: position.epoch + 1, hasBegun: true)
            return nil
        }
        let place = position.batch
        position.batch += 1
        let values = (0..<16).map { Float($0 * (place + 1) * 7 % 11) / 4 - Float(place) }
        return Batch(
            .dictionary(DataDictionary([("x", .array(PlainTensor(values, shape: [2, 2, 2, 2])))])),
            sampleCount: 2)
    }

    func restore(_ position: SourcePosition) {
        self.position = position
        isInPass = position.batch > 0
    }
}
