import Foundation
import Testing

/// A legacy config and its new-style twin, with what both are changed by.
private struct TwinCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What the legacy config says beside its base, as JSON.
    let config: String
    let isByEpoch: Bool

    init(_ description: String, _ config: String, isByEpoch: Bool = true) {
        testDescription = description
        self.config = config
        self.isByEpoch = isByEpoch
    }

    /// The legacy config itself.
    var ownText: String {
        ["lr_config", "optimizer_config"].reduce(#"{"_base_": "base.json", "# + config.dropFirst())
        { text, key in
            text.replacingOccurrences(
                of: "\"\(key)\": {", with: "\"\(key)\": {\"_delete_\": true, ")
        }
    }

    /// Its base: few channels, large batches, two epochs or the iterations of two and a bit.
    var baseText: String {
        let base = "\(Tool.root)/configs/digits/resnet18_digits\(isByEpoch ? "" : "_iter").json"
        let length = isByEpoch ? "{\"max_epochs\": 2}" : "{\"max_iters\": 14}"
        return """
            {"_base_": "\(base)", "runner": \(length), "data": {"samples_per_gpu": 240},
             "model": {"backbone": {"base_channels": 4, "stem_channels": 4}, "head": {"in_channels": 32}}}
            """
    }

    /// The last checkpoint of both runs.
    var file: String { isByEpoch ? "epoch_2.pth" : "iter_14.pth" }
}

@Suite("both styles of configs") struct StyleTests {
    private static let step = #"{"policy": "step", "step": [1]}"#
    private static let warmCosine =
        #"{"policy": "CosineAnnealing", "min_lr": 0, "warmup": "linear", "warmup_iters": 4, "warmup_ratio": 0.1}"#

    private static let twins = [
        TwinCase("epochs", #"{"lr_config": \#(step)}"#),
        TwinCase(
            "epochs, warmup, cosine, clipping, best checkpoint",
            #"{"lr_config": \#(warmCosine), "optimizer_config": {"grad_clip": {"max_norm": 1.0}}, "evaluation": {"save_best": "auto"}}"#
        ),
        TwinCase(
            "iterations",
            #"{"lr_config": {"policy": "step", "step": [4, 9]}, "evaluation": {"interval": 5}}"#,
            isByEpoch: false),
        TwinCase(
            "iterations, warmup, cosine",
            #"{"lr_config": \#(warmCosine), "evaluation": {"interval": 9}}"#, isByEpoch: false),
        TwinCase(
            "epochs, gradients over four iterations, clipping, averages of the weights",
            #"{"lr_config": \#(step), "optimizer_config": {"type": "GradientCumulativeOptimizerHook", "cumulative_iters": 4, "grad_clip": {"max_norm": 1.0}}, "custom_hooks": [\#(averages)]}"#
        ),
        TwinCase(
            "iterations, gradients over four iterations, averages of the weights",
            #"{"lr_config": \#(warmCosine), "evaluation": {"interval": 9}, "optimizer_config": {"type": "GradientCumulativeOptimizerHook", "cumulative_iters": 4}, "custom_hooks": [\#(averages)]}"#,
            isByEpoch: false),
        TwinCase(
            "a workflow of two phases",
            #"{"lr_config": \#(step), "evaluation": null, "workflow": [["train", 1], ["val", 1]]}"#
        ),
    ]
    private static let averages =
        #"{"type": "EMAHook", "momentum": 0.3, "warm_up": 8, "interval": 2, "priority": "ABOVE_NORMAL"}"#

    @Test("a config and its new-style twin train the same bits", arguments: twins)
    private func sameBits(_ c: TwinCase) throws {
        let tool = try Tool()
        for (name, text) in [("base", c.baseText), ("legacy", c.ownText)] {
            try text.write(
                toFile: "\(tool.folder.path)/\(name).json", atomically: true, encoding: .utf8)
        }
        let legacy = try tool([
            "train", "legacy.json", "--work-dir", "legacy", "--cfg-options",
            "sampler.type=DistributedSampler",
        ])
        #expect(legacy.exitCode == 0, "\(legacy.errors)")
        let converted = try tool("convert-config", "legacy.json", "new.json")
        #expect(converted.exitCode == 0, "\(converted.errors)")
        let new = try tool(["train", "new.json", "--work-dir", "new"])
        #expect(new.exitCode == 0, "\(new.errors)")
        #expect(new.errors.contains(" - mmengine - INFO - Config style: new (MMEngine)\n"))
        // MMCV keeps the other weights beside the averages, MMEngine in a dictionary of its own.
        let old = try tool.weights("legacy/\(c.file)").filter { !$0.key.hasPrefix("ema_") }
        #expect(!old.isEmpty)
        #expect(try tool.weights("new/\(c.file)") == old)
        let noted = try tool.folder.text("new/last_checkpoint")
        #expect(noted.hasSuffix("/new/\(c.file)"))
    }

    @Test(
        "the new-style configs of the repository train what their legacy twins do",
        arguments: ["resnet18_digits", "resnet18_digits_iter"])
    func shipped(_ name: String) throws {
        let tool = try Tool()
        let net = ["model.backbone.base_channels=4", "model.backbone.stem_channels=4"]
        let common = ["--cfg-options"] + net + ["model.head.in_channels=32"]
        let isByEpoch = !name.hasSuffix("iter")
        let config = "\(Tool.root)/configs/digits/\(name)"
        let legacy = try tool(
            ["train", "\(config).json", "--work-dir", "legacy"] + common + [
                "sampler.type=DistributedSampler", "data.samples_per_gpu=240",
                isByEpoch ? "runner.max_epochs=2" : "runner.max_iters=8",
            ])
        #expect(legacy.exitCode == 0, "\(legacy.errors)")
        let loaders = ["train", "val"].map { "\($0)_dataloader.batch_size=240" }
        let length = isByEpoch ? "train_cfg.max_epochs=2" : "train_cfg.max_iters=8"
        let new = try tool(
            ["train", "\(config)_new.json", "--work-dir", "new"] + common + loaders + [length])
        #expect(new.exitCode == 0, "\(new.errors)")
        let file = isByEpoch ? "epoch_2.pth" : "iter_8.pth"
        #expect(try tool.weights("new/\(file)") == tool.weights("legacy/\(file)"))

        // The files serve both tools/test and a run that goes on.
        let tested = try tool(
            [
                "test", "\(config)_new.json", "new/\(file)", "--out", "out.json", "--out-item",
                "metrics", "--work-dir", "tested",
            ] + common)
        #expect(tested.exitCode == 0, "\(tested.errors)")
        let found =
            try JSONSerialization.jsonObject(
                with: Data(tool.folder.text("out.json").utf8)) as? [String: Double]
        #expect(found?.keys.sorted() == ["accuracy/top1"])
        #expect(tool.folder.names("tested").count == 2)
        #expect(tested.errors.contains(/INFO - Epoch\(test\) \[\d+\/\d+\]    accuracy\/top1: \d/))
        let forecast = try tool(["train", "\(config)_new.json", "--dry-run"] + common + loaders)
        #expect(forecast.exitCode == 0 && forecast.output.contains("time to the end: about"))
        guard isByEpoch else { return }
        let longer = try tool(
            ["train", "\(config)_new.json", "--work-dir", "new", "--resume"] + common + loaders
                + ["train_cfg.max_epochs=3"])
        #expect(longer.errors.contains("/new/epoch_2.pth\n"))
        let whole = try tool(
            ["train", "\(config)_new.json", "--work-dir", "whole"] + common + loaders
                + ["train_cfg.max_epochs=3"])
        #expect(longer.exitCode == 0 && whole.exitCode == 0)
        #expect(try tool.weights("new/epoch_3.pth") == tool.weights("whole/epoch_3.pth"))
    }
}
