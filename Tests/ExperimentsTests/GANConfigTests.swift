import Foundation
import MMRunner
import Testing

/// A generator of points and a discriminator that step themselves; real points are class numbers.
private final class PointGAN: TrainableModel {
    private let generator: Linear
    private let discriminator: Linear

    init(_ device: Device, _ draws: TorchGenerator) throws {
        generator = try Linear(1, 1, device: device, generator: draws)
        discriminator = try Linear(1, 1, device: device, generator: draws)
    }

    var members: Members { ["G": .module(generator), "D": .module(discriminator)] }

    func trainStep(_ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext) throws
        -> StepOutput
    {
        let labels = batch.array("gt_label")?.floats ?? []
        let shape = [labels.count, 1]
        var random = context.random.at("noise").stream()
        let noise = Variable(
            try context.device.tensor(labels.map { _ in Float(random.normal()) }, shape: shape))
        let real = Variable(try context.device.tensor(labels, shape: shape))
        var values: [(name: String, value: Double)] = []
        func step(
            _ name: String, _ point: (ForwardContext) throws -> Variable, _ target: Float
        ) throws {
            let tape = Tape()
            let context = context.recording(on: tape)
            let scores = try discriminator(point(context), context)
            let targets = Variable(try context.device.full(shape, target))
            let loss = try binaryCrossEntropy(withLogits: scores, targets, context)
            try optimizers[name]?.updateParameters(loss, on: tape)
            values.append(("loss_\(name)", Double(try loss.value.scalar())))
        }
        try step("D", { _ in real }, 1)
        try step("G", { try self.generator(noise, $0) }, 1)
        return StepOutput(loss: nil, logVariables: values, sampleCount: labels.count)
    }

    func validationStep(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput {
        StepOutput(loss: nil, logVariables: [], sampleCount: batch.sampleCount)
    }

    func predict(_ batch: Batch, _ context: ForwardContext) throws -> PlainTensor {
        PlainTensor([0] as [Float], shape: [1, 1])
    }
}

@Suite("a config with several optimizers") struct GANConfigTests {
    private func train(
        in folder: String, epochs: Int, resuming path: String? = nil, _ more: ConfigNode = [:]
    ) throws {
        var root = try Config.load(path: Repository.path("configs/digits/resnet18_digits.json"))
            .root
        for key in ["optimizer_config", "evaluation"] { root = root.removing(key) }
        let changes: ConfigNode = [
            "model": ["type": "PointGAN"], "log_level": "ERROR", "workflow": [["train", 1]],
            "optimizer": [
                "G": ["type": "Adam", "lr": 0.01],
                "D": ["type": "SGD", "lr": 0.02, "paramwise_cfg": ["bias_lr_mult": 2]],
            ],
            "runner": [
                "type": "EpochBasedRunner", "max_epochs": ConfigNode(.int(epochs)),
            ],
        ]
        for part in [changes, more] {
            for (key, node) in part.mapping ?? ConfigMapping() {
                root = root.setting(key, to: node)
            }
        }
        var registries = Registries.standard()
        registries.models.classifiers.register("PointGAN") { _, context in
            try PointGAN(
                context.value(Device.self), context.value(TorchGenerator.self))
        }
        let options = TrainingOptions(
            configPath: "gan.json", workDirectory: folder, resumeFrom: path, seed: 4)
        try TrainingSession(LoadedConfig(root: root), options, registries).run()
    }

    @Test("trains and resumes to the same bits, its rates logged by name")
    func resumes() throws {
        let folder = NSTemporaryDirectory() + "gan-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try train(in: folder + "/whole", epochs: 3)
        try train(in: folder + "/short", epochs: 1)
        try train(in: folder + "/short", epochs: 3, resuming: folder + "/short/epoch_1.pth")
        let whole = try Checkpoint.read(folder + "/whole/epoch_3.pth")
        let short = try Checkpoint.read(folder + "/short/epoch_3.pth")
        #expect(whole.state.names == ["G.weight", "G.bias", "D.weight", "D.bias"])
        for name in whole.state.names { #expect(whole.state[name] == short.state[name]) }
        #expect(whole.optimizer?.dictionary?.names == ["G", "D"])
        let logs = try FileManager.default.contentsOfDirectory(atPath: folder + "/whole")
        let log = try #require(logs.first { $0.hasSuffix(".log.json") })
        let text = try String(contentsOfFile: "\(folder)/whole/\(log)", encoding: .utf8)
        #expect(text.contains(#""lr": {"G": 0.0"#))
    }

    @Test("an optimizer hook beside them is refused before anything runs")
    func hook() {
        let error = #expect(throws: ConfigError.self) {
            try train(in: "/nowhere", epochs: 1, ["optimizer_config": ["grad_clip": nil]])
        }
        #expect(
            error?.issues.map(\.message) == [
                "optimizer_config: the run has several optimizers, which the model steps itself; leave optimizer_config and fp16 out, or set them to None"
            ])
    }
}
