import ArgumentParser
import Experiments
import Foundation
import NeuralNet
import TensorCore
import TrainingInterfaces

struct TrainStepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train-step",
        abstract: "Times one training step: forward, backward, SGD with momentum.")

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case json
    }

    @Option(help: "The model: \(Preset.allCases.map(\.rawValue).joined(separator: ", ")).")
    var preset = Preset.resnet18Cifar
    @Option(help: "Images of a batch; the preset's by default.")
    var batchSize: Int?
    @Option(help: "How many steps are timed.")
    var repeats = 10
    @Option(help: "How many steps come before.")
    var warmup = 3
    @Option(help: "text or json.")
    var format = Format.text
    @Option(help: "A Python with PyTorch to compare with; none leaves the comparison out.")
    var python = "python3"

    func validate() throws {
        if repeats < 1 || warmup < 1 || batchSize ?? 1 < 1 {
            throw ValidationError("--repeats, --warmup and --batch-size must be at least 1")
        }
    }

    func run() throws {
        let device = try Device()
        let batchSize = batchSize ?? preset.batchSize
        let ours = try measure(device, batchSize)
        var pytorch = PyTorchTrainStep.Result.unavailable("left out")
        if python != "none" {
            pytorch = try PyTorchTrainStep(
                python: python, preset: preset, batchSize: batchSize, threads: device.threadCount,
                warmup: warmup, repeats: repeats
            ).run()
        }
        let report = Report(
            preset: preset.rawValue, batchSize: batchSize, device: device.description,
            ours: ours, peakBytes: peakResidentBytes(), pytorch: pytorch)
        print(format == .json ? try report.json() : report.text)
    }

    private func measure(_ device: Device, _ batchSize: Int) throws -> Measurement {
        let generator = TorchGenerator(seed: 0)
        let model = try buildClassifier(preset.model, device: device, generator: generator)
        let optimizer = try SGD(
            [ParameterGroup(model.namedParameters().map(\.parameter))],
            options: [
                ("lr", .double(0.01)), ("momentum", .double(0.9)), ("weight_decay", .double(1e-4)),
            ])
        let wrapper = try OptimWrapper(optimizer)
        let size = preset.imageSize
        let pixels = generator.normal(
            count: batchSize * 3 * size * size, mean: 0, standardDeviation: 1)
        let labels = (0..<batchSize).map { Int64($0 % preset.classes) }
        let batch = Batch(
            .dictionary(
                DataDictionary([
                    ("img", .array(PlainTensor(pixels, shape: [batchSize, 3, size, size]))),
                    ("gt_label", .array(PlainTensor(labels, shape: [batchSize]))),
                ])), sampleCount: batchSize)
        var iteration = 0
        return try Measurement.of(warmup: warmup, repeats: repeats) {
            let tape = Tape()
            let context = ForwardContext(
                mode: .training, tape: tape, device: device,
                random: KeyedRandom(seed: 0).at(iteration))
            let output = try model.trainStep(batch, OptimizerSet(wrapper), context)
            if let loss = output.loss { try wrapper.updateParameters(loss, on: tape) }
            iteration += 1
        }
    }
}
