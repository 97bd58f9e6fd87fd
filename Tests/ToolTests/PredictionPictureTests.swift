import Foundation
import Testing

@Suite("pictures of predictions") struct PredictionPictureTests {
    private static func trained(_ config: String, _ small: [String]) throws -> Tool {
        let tool = try Tool()
        let run = try tool(["train", config, "--work-dir", "work"] + small)
        #expect(run.exitCode == 0, "\(run.errors)")
        return tool
    }

    private static let old = Tool.small + ["runner.max_epochs=1"]
    private static let new = [
        "--cfg-options", "model.backbone.base_channels=4", "model.backbone.stem_channels=4",
        "model.head.in_channels=32", "train_dataloader.batch_size=240", "train_cfg.max_epochs=1",
    ]
    private static let newConfig = "\(Tool.root)/configs/digits/resnet18_digits_new.json"

    @Test("predict writes a picture an image, also of two images with one name")
    func predict() throws {
        let tool = try Self.trained(Tool.config, Self.old)
        let digits = "\(Tool.root)/datasets/digits/val"
        let first = try FileManager.default.contentsOfDirectory(atPath: "\(digits)/0").sorted()[0]
        for name in ["a/x.png", "b/x.png", "b/x_1.png"] {
            let file = URL(fileURLWithPath: "\(tool.folder.path)/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: "\(digits)/0/\(first)", toPath: file.path)
        }
        let words = ["predict", Tool.config, "work/latest.pth"]
        let run = try tool(
            words + ["b/x_1.png", "a", "b", "--format", "json", "--out-dir", "shown/here"]
                + Self.old)
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(
            tool.folder.names("shown/here") == ["x.png", "x_1.png", "x_1_3.png", "x_2.png"])
        let found =
            try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]]
        #expect(
            found?.compactMap { $0["image"] as? String } == [
                "b/x_1.png", "a/x.png", "b/x.png", "b/x_1.png",
            ])
        let picture = try Data(
            contentsOf: URL(fileURLWithPath: "\(tool.folder.path)/shown/here/x.png"))
        #expect(picture.prefix(4) == Data([0x89, 0x50, 0x4e, 0x47]))
        let blocked = try tool(words + ["a", "--out-dir", "a/x.png"] + Self.old)
        #expect(blocked.exitCode == 64)
        #expect(blocked.errors == "a/x.png: cannot make the folder: file exists\n")
        #expect(blocked.output == "")
    }

    @Test("analyze-results finds in pickles what it finds in JSON", arguments: [false, true])
    func analyze(isNew: Bool) throws {
        let config = isNew ? Self.newConfig : Tool.config
        let small = isNew ? Self.new : Self.old
        let tool = try Self.trained(config, small)
        func rows(_ file: String, _ options: [String] = []) throws -> [NSArray] {
            let test = try tool(
                ["test", config, "work/epoch_1.pth", "--out", file] + options + small)
            #expect(test.exitCode == 0, "\(test.errors)")
            let run = try tool([
                "analyze-results", config, file, "--out-dir", "\(file)-shown", "--topk", "3",
            ])
            #expect(run.exitCode == 0, "\(run.errors)")
            return try ["success", "fail"].map { part in
                #expect(tool.folder.names("\(file)-shown/\(part)").count == 4)
                let text = try tool.folder.text("\(file)-shown/\(part)/\(part).json")
                return try #require(
                    JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSArray)
            }
        }
        let expected = try rows("a.json", isNew ? ["--out-item", "pred"] : [])
        #expect(try rows("a.pkl") == expected)
        guard isNew else { return }
        // The samples of a shuffled test say which they are.
        let shuffled = try rows(
            "b.pkl", ["--cfg-options", "test_dataloader.sampler.shuffle=true"])
        #expect(shuffled == expected)
        let other = try tool([
            "analyze-results", config, "a.pkl", "--out-dir", "c", "--cfg-options",
            "test_dataloader.dataset.data_prefix=\(Tool.root)/datasets/digits/train",
        ])
        #expect(other.exitCode == 64)
        #expect(
            other.errors.contains("name the config of the test"), "\(other.errors)")
    }

    @Test("files of the originals are read, and told when they do not fit")
    func otherFiles() throws {
        let tool = try Tool()
        let results = "\(Tool.root)/Tests/Fixtures/results"
        for (config, file, place) in [
            (Tool.config, "mmcls.pkl", "data.test"),
            (Self.newConfig, "mmpretrain.pkl", "test_dataloader.dataset"),
        ] {
            let run = try tool("analyze-results", config, "\(results)/\(file)", "--out-dir", "a")
            #expect(run.exitCode == 64)
            #expect(
                run.errors
                    == "\(results)/\(file): 12 results for 360 images of \(place); name the config of "
                    + "the test\n")
        }
        let factor = try tool(
            "analyze-results", Tool.config, "a.pkl", "--out-dir", "a", "-r", "0")
        #expect(factor.exitCode == 64)
        #expect(
            factor.errors.hasPrefix(
                "Error: --rescale-factor: 0.0: expected a number above 0, at most 100\n"))
    }
}
