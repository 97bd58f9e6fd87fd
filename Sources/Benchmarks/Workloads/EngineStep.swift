import Experiments
import NeuralNet
import TensorCore
import TrainingInterfaces

/// A step on this program's own engine, as a runner does it.
final class EngineStep {
    private let workload: StepWorkload
    private let device: Device
    private let model: any TrainableModel
    /// Nil in evaluation: gradients would count as its memory.
    private let wrapper: OptimWrapper?
    private let batch: Batch
    private var iteration = 0

    /// Errors: throws where the engine does not compute in the workload's number format.
    init(_ workload: StepWorkload, _ device: Device) throws {
        self.workload = workload
        self.device = device
        let generator = TorchGenerator(seed: 0)
        model = try buildClassifier(workload.model.config, device: device, generator: generator)
        wrapper = workload.isTraining ? try Self.optimizer(model) : nil
        let shape = [workload.batch, 3, workload.size, workload.size]
        let pixels = generator.normal(
            count: shape.reduce(1, *), mean: 0, standardDeviation: 1)
        let labels = (0..<workload.batch).map { Int64($0 % workload.model.classes) }
        batch = Batch(
            .dictionary(
                DataDictionary([
                    ("img", .array(PlainTensor(pixels, shape: shape))),
                    ("gt_label", .array(PlainTensor(labels, shape: [workload.batch]))),
                ])), sampleCount: workload.batch)
        guard workload.dataType == .fp32 || device.hasFastBFloat16 else {
            throw UsageError("--dtype: this processor has no fast bf16; use fp32")
        }
    }

    /// One step.
    func callAsFunction() throws {
        defer { iteration += 1 }
        guard let wrapper else {
            _ = try model.predict(batch, context(nil))
            return
        }
        let tape = Tape()
        let output = try model.trainStep(batch, OptimizerSet(wrapper), context(tape))
        if let loss = output.loss { try wrapper.updateParameters(loss, on: tape) }
    }

    private static func optimizer(_ model: any TrainableModel) throws -> OptimWrapper {
        try OptimWrapper(
            SGD(
                [ParameterGroup(model.namedParameters().map(\.parameter))],
                options: [
                    ("lr", .double(0.01)), ("momentum", .double(0.9)),
                    ("weight_decay", .double(1e-4)),
                ]))
    }

    /// What the forward pass runs under.
    private func context(_ tape: Tape?) -> ForwardContext {
        ForwardContext(
            mode: workload.isTraining ? .training : .evaluation, tape: tape, device: device,
            random: KeyedRandom(seed: 0).at(iteration),
            precision: workload.dataType == .bf16 ? .bfloat16 : .float32)
    }
}
