import Foundation
import Testing

/// A data set as configs of the model zoo name it, with the head that goes with it.
private struct DatasetCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The keys of `data.train` and `data.val` but for the pipeline.
    let dataset: String
    var head =
        #""type": "LinearClsHead", "num_classes": 1000, "loss": {"type": "CrossEntropyLoss"}"#
    /// Steps of the pipeline beside loading, cropping and flipping.
    var augmentation = ""
    /// Further top-level keys.
    var rest = ""
    var evaluation = #"{"metric": "accuracy", "metric_options": {"topk": [1, 5]}}"#

    static let all = [
        DatasetCase(
            testDescription: "ImageNet with RandAugment and repeated samples",
            dataset: #""type": "ImageNet", "data_prefix": "folders""#,
            augmentation: """
                {"type": "RandAugment", "num_policies": 2, "total_level": 10, "magnitude_level": 7,
                 "magnitude_std": 0.5, "policies": [
                    {"type": "AutoContrast"}, {"type": "Equalize"}, {"type": "Invert"},
                    {"type": "Rotate", "magnitude_key": "angle", "magnitude_range": [0, 30]},
                    {"type": "Posterize", "magnitude_key": "bits", "magnitude_range": [4, 0]},
                    {"type": "Solarize", "magnitude_key": "thr", "magnitude_range": [256, 0]}],
                 "hparams": {"pad_val": [104, 116, 124], "interpolation": "bicubic"}},
                """,
            rest: #""sampler": {"type": "RepeatAugSampler", "selected_round": 4},"#),
        DatasetCase(
            testDescription: "ImageNet21k with all classes equally often",
            dataset: #""type": "ImageNet21k", "data_prefix": "folders", "recursion_subdir": true"#,
            rest: #""sampler": {"type": "ClassAwareSampler"},"#),
        DatasetCase(
            testDescription: "StanfordCars",
            dataset: #""type": "StanfordCars", "data_prefix": "cars""#
        ),
        DatasetCase(
            testDescription: "VOC",
            dataset: #""type": "VOC", "data_prefix": "VOC2007", "ann_file": "VOC2007/list.txt""#,
            head:
                #""type": "MultiLabelLinearClsHead", "num_classes": 20, "loss": {"type": "CrossEntropyLoss", "use_sigmoid": true}"#,
            evaluation: "null"),
    ]

    private static let normalized =
        #"{"type": "Normalize", "mean": [123.675, 116.28, 103.53], "std": [58.395, 57.12, 57.375]}"#

    var text: String {
        """
        {"model": {"type": "ImageClassifier",
            "backbone": {"type": "ResNet_CIFAR", "depth": 18, "base_channels": 4, "stem_channels": 4},
            "neck": {"type": "GlobalAveragePooling"}, "head": {"in_channels": 32, \(head)}},
         "data": {"samples_per_gpu": 2, "workers_per_gpu": 2,
            "train": {\(dataset), "test_mode": false, "pipeline": [
                {"type": "LoadImageFromFile"},
                {"type": "RandomResizedCrop", "size": 16, "backend": "pillow", "interpolation": "bicubic"},
                {"type": "RandomFlip", "flip_prob": 0.5, "direction": "horizontal"},
                \(augmentation) \(Self.normalized), {"type": "ImageToTensor", "keys": ["img"]},
                {"type": "ToTensor", "keys": ["gt_label"]},
                {"type": "Collect", "keys": ["img", "gt_label"]}]},
            "val": {\(dataset), "test_mode": true, "pipeline": [
                {"type": "LoadImageFromFile"}, {"type": "Resize", "size": [18, -1]},
                {"type": "CenterCrop", "crop_size": 16}, \(Self.normalized),
                {"type": "ImageToTensor", "keys": ["img"]}, {"type": "Collect", "keys": ["img"]}]}},
         "optimizer": {"type": "SGD", "lr": 0.1}, "optimizer_config": {}, \(rest)
         "lr_config": {"policy": "step", "step": [30]}, "evaluation": \(evaluation),
         "runner": {"type": "EpochBasedRunner", "max_epochs": 1}}
        """
    }
}

@Suite("data sets of the model zoo, from the command line")
struct DatasetToolTests {
    /// Eight digits as files of each data set: formats are told by contents, not by names.
    private func prepare(_ folder: String) throws {
        let digits = "\(Tool.root)/datasets/digits/val"
        for number in 0..<8 {
            let source = "\(digits)/\(number)"
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: source).sorted().first)
            for target in [
                "folders/n0\(number % 2)/\(number).JPEG", "cars/cars_train/0000\(number).jpg",
                "cars/cars_test/0000\(number).jpg", "VOC2007/JPEGImages/\(number).jpg",
            ] {
                let url = URL(fileURLWithPath: "\(folder)/\(target)")
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: url.path)
            }
        }
        let cars = "\(Tool.root)/Tests/Fixtures/datasets/cars/devkit"
        try FileManager.default.copyItem(atPath: cars, toPath: "\(folder)/cars/devkit")
        try FileManager.default.copyItem(
            atPath: "\(cars)/cars_train_annos.mat",
            toPath: "\(folder)/cars/devkit/cars_test_annos_withlabels.mat")
        try FileManager.default.createDirectory(
            atPath: "\(folder)/VOC2007/Annotations", withIntermediateDirectories: true)
        try write((0..<8).map { "\($0)\n" }.joined(), to: "\(folder)/VOC2007/list.txt")
        for (number, name) in ["cat", "dog", "car", "bus", "cow", "dog", "cat", "boat"].enumerated()
        {
            try write(
                "<annotation><object><name>\(name)</name><difficult>0</difficult></object></annotation>",
                to: "\(folder)/VOC2007/Annotations/\(number).xml")
        }
    }

    private func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test("two iterations of a dry run", arguments: DatasetCase.all)
    private func dryRun(_ c: DatasetCase) throws {
        let tool = try Tool()
        try prepare(tool.folder.path)
        try write(c.text, to: "\(tool.folder.path)/config.json")
        let run = try tool("train", "config.json", "--dry-run")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.output.contains("train: "))
    }

    @Test("each part of several data sets is evaluated, and the best checkpoint goes by the first")
    func parts() throws {
        let tool = try Tool()
        let val = "\(Tool.root)/datasets/digits/val"
        try write(
            """
            {"_base_": "\(Tool.config)",
             "data": {"val": {"_delete_": true, "type": "ConcatDataset", "datasets": [
                {"type": "CustomDataset", "data_prefix": "\(val)", "pipeline": {{ _base_.data.val.pipeline }}},
                {"type": "CustomDataset", "data_prefix": "\(val)", "pipeline": {{ _base_.data.val.pipeline }},
                 "indices": 30}]}},
             "evaluation": {"save_best": "auto"}}
            """, to: "\(tool.folder.path)/config.json")
        let run = try tool(
            ["train", "config.json", "--work-dir", "work"] + Tool.small + ["runner.max_epochs=1"])
        #expect(run.exitCode == 0, "\(run.errors)")
        let logs = tool.folder.names("work").filter { $0.hasSuffix(".log.json") }
        let row = try #require(
            try tool.folder.text("work/\(logs[0])").split(separator: "\n").last)
        #expect(row.contains(#""0_accuracy_top-1": "#) && row.contains(#""1_accuracy_top-1": "#))
        #expect(tool.folder.names("work").contains("best_0_accuracy_top-1_epoch_1.pth"))
    }

    @Test("a run with classes equally often resumes to the same bits in the middle of an epoch")
    func resuming() throws {
        let tool = try Tool()
        let settings =
            [Tool.config] + Tool.small + [
                "sampler.type=ClassAwareSampler", "data.workers_per_gpu=1",
                "checkpoint_config.by_epoch=False", "checkpoint_config.interval=4",
                "runner.max_epochs=2",
            ]
        let whole = try tool(["train"] + settings + ["--work-dir", "whole", "--no-validate"])
        #expect(whole.exitCode == 0, "\(whole.errors)")
        // Four of the six iterations of the first epoch are behind it.
        let rest = try tool(
            ["train"] + settings + [
                "--work-dir", "rest", "--no-validate", "--resume-from", "whole/iter_4.pth",
            ])
        #expect(rest.exitCode == 0, "\(rest.errors)")
        #expect(try tool.ending("whole/latest.pth") == tool.ending("rest/latest.pth"))
    }
}
