import Foundation
import Testing
import TorchFile

/// The accuracy that a command printed.
extension Tool.Result {
    fileprivate var metrics: [String] {
        output.split(separator: "\n").filter { $0.contains(" : ") }.map(String.init)
    }
}

@Suite("results of tests, and predictions") struct ResultTests {
    private static func trained() throws -> Tool {
        let tool = try Tool()
        let run = try tool.train(["--work-dir", "work"], ["runner.max_epochs=1"])
        #expect(run.exitCode == 0, "\(run.errors)")
        return tool
    }

    private static let every = ["accuracy", "precision", "recall", "f1_score", "support"]

    @Test("written as JSON and pickle give the metrics that the test printed")
    func evalMetric() throws {
        let tool = try Self.trained()
        for (file, options) in [
            ("results.json", []), ("results.pkl", ["topk=(1,3)", "average_mode=none"]),
        ] {
            let wanted =
                ["--metrics"] + Self.every
                + (options.isEmpty ? [] : ["--metric-options"] + options)
            let test = try tool(
                ["test", Tool.config, "work/latest.pth", "--out", file] + wanted + Tool.small)
            #expect(test.exitCode == 0, "\(test.errors)")
            #expect(test.output.contains("dumping results to \(file)"))
            #expect(test.metrics.count == (options.isEmpty ? 5 : 6))
            let again = try tool(["eval-metric", Tool.config, file] + wanted)
            #expect(again.exitCode == 0, "\(again.errors)")
            #expect(again.metrics == test.metrics)
        }
        let pickle = try PlainPickle.read(path: "\(tool.folder.path)/results.pkl")
        #expect(
            pickle.dictionary?.names == [
                "accuracy_top-1", "accuracy_top-3", "support", "precision", "recall", "f1_score",
                "class_scores", "pred_score", "pred_label", "pred_class",
            ])
        #expect(pickle["class_scores"]?.tensor?.shape == [360, 10])
        #expect(pickle["precision"]?.elements?.count == 10)
        let wrong = try tool(
            "eval-metric", Tool.config, "results.pkl", "--metrics", "acuracy", "--cfg-options",
            "data.test.data_prefix=\(Tool.root)/datasets/digits/train")
        #expect(wrong.exitCode == 65)
        #expect(
            wrong.errors
                == "results.pkl: 360 predictions for the 1437 samples of data.test; give the results of "
                + "a test of this config\n")
        let unknown = try tool(
            "eval-metric", Tool.config, "results.pkl", "--metrics", "acuracy", "mAP")
        #expect(unknown.exitCode == 64)
        #expect(
            unknown.errors.hasPrefix(
                "--metrics: evaluation.metric: \"acuracy\" is not a known metric of single-label "
                    + "data sets; did you mean \"accuracy\"?"))
    }

    @Test("a pickle without scores is refused, and one of mmcls is read")
    func otherPickles() throws {
        let tool = try Self.trained()
        let results = "\(Tool.root)/Tests/Fixtures/results"
        let partial = try tool(
            ["test", Tool.config, "work/latest.pth", "--out", "a.pkl", "--out-items", "pred_label"]
                + Tool.small)
        #expect(partial.exitCode == 0)
        let refused = try tool("eval-metric", Tool.config, "a.pkl", "--metrics", "accuracy")
        #expect(refused.exitCode == 65)
        #expect(
            refused.errors
                == "a.pkl: has no \"class_scores\"; write it by tools/test --out with --out-items all or "
                + "class_scores\n")
        let theirs = try tool(
            "eval-metric", Tool.config, "\(results)/mmcls.pkl", "--metrics", "accuracy")
        #expect(
            theirs.errors.hasPrefix(
                "\(results)/mmcls.pkl: 12 predictions for the 360 samples of data.test"))
        let new = try tool(
            "eval-metric", "\(results)/mmpretrain.pkl", "--metric", "type=Accuracy", "topk=1,2",
            "--metric", "type=SingleLabelMetric", "items=precision,recall", "--metric",
            "type=ConfusionMatrix")
        #expect(new.exitCode == 0, "\(new.errors)")
        // As mmengine's offline_evaluate with mmpretrain's metrics has them.
        #expect(new.metrics == Self.theirMetrics)
    }

    private static let theirMetrics = [
        "accuracy/top1 : 33.33", "accuracy/top2 : 41.67", "single-label/precision : 44.64",
        "single-label/recall : 33.33",
        "confusion_matrix/result : [[1, 1, 0, 1], [0, 2, 0, 1], [1, 1, 1, 0], [0, 3, 0, 0]]",
    ]

    @Test("test-time augmentation averages an image and its mirror image")
    func testTimeAugmentation() throws {
        let tool = try Tool()
        let config = "\(Tool.root)/configs/digits/resnet18_digits_new.json"
        let small = [
            "--cfg-options", "model.backbone.base_channels=4", "model.backbone.stem_channels=4",
            "model.head.in_channels=32", "train_dataloader.batch_size=240",
        ]
        let run = try tool(
            ["train", config, "--work-dir", "work"] + small + ["train_cfg.max_epochs=1"])
        #expect(run.exitCode == 0, "\(run.errors)")
        func scores(_ options: [String], config: String) throws -> [[Float]] {
            let test = try tool(
                ["test", config, "work/epoch_1.pth", "--out", "out.pkl"] + options + small)
            #expect(test.exitCode == 0, "\(test.errors)")
            let samples = try PlainPickle.read(path: "\(tool.folder.path)/out.pkl").elements ?? []
            #expect(samples.count == 360)
            return try samples.map { try $0["pred_score"]?.tensor?.float32Values() ?? [] }
        }
        let plain = try scores([], config: config)
        let averaged = try scores(["--tta"], config: config)
        let mirror =
            #"{"type": "TestTimeAug", "transforms": [[{"type": "RandomFlip", "prob": 1.0}], "#
            + #"[{"type": "PackInputs"}]]}"#
        try Data(
            #"{"_base_": "\#(config)", "tta_pipeline": [{"type": "LoadImageFromFile"}, \#(mirror)]}"#
                .utf8
        ).write(to: URL(fileURLWithPath: "\(tool.folder.path)/mirror.json"))
        let mirrored = try scores(["--tta"], config: "mirror.json")
        let expected = zip(plain, mirrored).map { zip($0, $1).map { ($0 + $1) / 2 } }
        let difference = zip(averaged.joined(), expected.joined()).map { abs($0 - $1) }.max()
        #expect((difference ?? 1) < 1e-6)
        let evaluated = try tool(
            "eval-metric", "out.pkl", "--metric", "type=Accuracy", "topk=1")
        #expect(evaluated.exitCode == 0, "\(evaluated.errors)")
        let legacy = try tool("test", Tool.config, "work/epoch_1.pth", "--tta")
        #expect(legacy.exitCode == 64)
        let other = try tool(
            ["test", config, "work/epoch_1.pth", "--tta"] + small + ["tta_model.type=Sum"])
        #expect(
            other.errors
                == "--cfg-options: tta_model.type: \"Sum\" is not a known model for test-time "
                + "augmentation; known: AverageClsScoreTTA\n")
    }

    @Test("predictions are those of the test, in either style", arguments: [false, true])
    func predictions(isNew: Bool) throws {
        let tool = try Self.trained()
        var config = Tool.config
        if isNew {
            let model =
                #"{"backbone": {"base_channels": 4, "stem_channels": 4}, "head": {"in_channels": 32}}"#
            try Data(#"{"_base_": "\#(Tool.config)", "model": \#(model)}"#.utf8).write(
                to: URL(fileURLWithPath: "\(tool.folder.path)/small.json"))
            let converted = try tool("convert-config", "small.json", "new.json")
            #expect(converted.exitCode == 0, "\(converted.errors)")
            config = "new.json"
        }
        let small = isNew ? [] : Tool.small
        let images = "\(Tool.root)/datasets/digits/val"
        let test = try tool(
            ["test", Tool.config, "work/latest.pth", "--out", "results.json"] + Tool.small)
        #expect(test.exitCode == 0)
        let results =
            try JSONSerialization.jsonObject(
                with: Data(tool.folder.text("results.json").utf8)) as? [String: Any]
        let run = try tool(
            ["predict", config, "work/latest.pth", images, "--format", "json"] + small)
        #expect(run.exitCode == 0, "\(run.errors)")
        let found =
            try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]]
        #expect(found?.count == 360)
        #expect(
            found?.compactMap { $0["pred_label"] as? Int } == results?["pred_label"] as? [Int])
        #expect(
            found?.compactMap { $0["pred_class"] as? String }
                == results?["pred_class"] as? [String])
        let scores = zip(
            found?.compactMap { $0["pred_score"] as? Double } ?? [],
            results?["pred_score"] as? [Double] ?? [])
        #expect(scores.map { abs($0 - $1) }.max() ?? 1 < 1e-5)
        let name = try #require(found?.first?["image"] as? String)
        let one = try tool(["predict", config, "work/latest.pth", name] + small)
        #expect(one.output.hasPrefix("\(name): "))
        #expect(one.output.split(separator: "\n").count == 1)
        let absent = try tool(["predict", config, "work/latest.pth", "a.png"] + small)
        #expect(absent.exitCode == 65)
        #expect(absent.errors == "a.png: no such file or folder\n")
    }
}
