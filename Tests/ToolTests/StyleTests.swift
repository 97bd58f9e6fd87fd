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
    ]

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
        #expect(new.errors.contains("INFO - Config style: new (MMEngine)\n"))
        let old = try tool.weights("legacy/\(c.file)")
        #expect(!old.isEmpty)
        #expect(try tool.weights("new/\(c.file)") == old)
        let noted = try tool.folder.text("new/last_checkpoint")
        #expect(noted.hasSuffix("/new/\(c.file)"))
    }
}
