import Foundation
import MMRunner
import Testing

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
                "generator": ["type": "Adam", "lr": 0.01],
                "discriminator": ["type": "SGD", "lr": 0.02, "paramwise_cfg": ["bias_lr_mult": 2]],
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
        let options = TrainingOptions(
            configPath: "gan.json", workDirectory: folder, resumeFrom: path, seed: 4)
        try TrainingSession(LoadedConfig(root: root), options, PointGAN.registries).run()
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
        #expect(
            whole.state.names == [
                "generator.weight", "generator.bias", "discriminator.weight", "discriminator.bias",
            ])
        for name in whole.state.names { #expect(whole.state[name] == short.state[name]) }
        #expect(whole.optimizer?.dictionary?.names == ["generator", "discriminator"])
        let logs = try FileManager.default.contentsOfDirectory(atPath: folder + "/whole")
        let log = try #require(logs.first { $0.hasSuffix(".log.json") })
        let text = try String(contentsOfFile: "\(folder)/whole/\(log)", encoding: .utf8)
        #expect(text.contains(#""lr": {"generator": 0.0"#))
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
