import Foundation
import MMRunner
import Testing

@Suite("runs with batch augmentation") struct BatchAugmentRunTests {
    /// A small classifier of digits whose batches are mixed in all ways.
    private static func config() throws -> ConfigNode {
        try Config.load(path: Repository.path("configs/digits/resnet18_digits.json")).root
            .setting("model", "backbone", "base_channels", to: 4)
            .setting("model", "backbone", "stem_channels", to: 4)
            .setting("model", "head", "in_channels", to: 32)
            .setting("model", "head", "cal_acc", to: false)
            .setting("log_level", to: "ERROR")
            .setting(
                "model", "train_cfg",
                to: [
                    "augments": [
                        ["type": "BatchMixup", "alpha": 0.2, "num_classes": 10, "prob": 0.3],
                        [
                            "type": "BatchCutMix", "alpha": 1.0, "num_classes": 10, "prob": 0.3,
                            "correct_lam": false,
                        ],
                        ["type": "BatchResizeMix", "alpha": 1.0, "num_classes": 10, "prob": 0.3],
                    ]
                ])
    }

    @Test("a legacy config and its conversion train to the same bits, and so does the way back")
    func conversion() throws {
        let registries = Registries.standard()
        let old = try Self.config()
        let new = try StyleConversion(old, to: .new, StyleConversion.Options(), registries).config
        #expect(
            new.at(path: "model.train_cfg.probs")?.list?.compactMap(\.double) == [0.3, 0.3, 0.3])
        #expect(
            try ConversionCheck.result(LoadedConfig(root: old), new, iterations: 8, registries)
                == "same bits for 8 iterations")
        // The same under the preprocessor, as MMPretrain's newer configs have it.
        let moved = new.removing("model", "train_cfg").setting(
            "data_preprocessor", "batch_augments",
            to: try #require(new.at(path: "model.train_cfg")))
        let back = try StyleConversion(
            moved, to: .legacy, StyleConversion.Options(), registries
        ).config
        #expect(
            try ConversionCheck.result(LoadedConfig(root: moved), back, iterations: 8, registries)
                == "same bits for 8 iterations")
    }

    @Test("killed and resumed in the middle of an epoch, it is the same bits")
    func resuming() throws {
        let folder = NSTemporaryDirectory() + "mix-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func train(_ name: String, _ count: Int, from path: String? = nil) throws -> Checkpoint {
            let root = try Self.config()
                .setting(
                    "runner", to: ["type": "IterBasedRunner", "max_iters": .init(.int(count))]
                )
                .setting("checkpoint_config", to: ["interval": 4, "by_epoch": false])
                .removing("evaluation").setting("workflow", to: [["train", 1]])
            let options = TrainingOptions(
                configPath: "mix.json", workDirectory: "\(folder)/\(name)", resumeFrom: path)
            try TrainingSession(LoadedConfig(root: root), options, .standard()).run()
            return try Checkpoint.read("\(folder)/\(name)/iter_\(count).pth")
        }
        let whole = try train("whole", 8)
        _ = try train("short", 4)
        let short = try train("short", 8, from: "\(folder)/short/iter_4.pth")
        for name in whole.state.names { #expect(whole.state[name] == short.state[name]) }
    }
}
