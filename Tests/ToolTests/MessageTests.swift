import Foundation
import Testing

private struct Mistake: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let message: String
    let exitCode: Int32
    var testDescription: String { arguments.joined(separator: " ") }

    static let config = Tool.config

    static let all = [
        Mistake(
            arguments: ["train", config, "--cfg-options", "runner.max_epoch=3"],
            message: "--cfg-options: runner.max_epoch: unknown key; did you mean max_epochs?",
            exitCode: 64),
        Mistake(
            arguments: ["train", config, "--cfg-options", "lr_confg.policy=step"],
            message: "--cfg-options: lr_confg: unknown key; did you mean lr_config?", exitCode: 64),
        Mistake(
            arguments: ["train", config, "--cfg-options", "model.backbone.type=ResNet_CIFR"],
            message:
                "--cfg-options: model.backbone.type: \"ResNet_CIFR\" is not a known backbone; did you mean \"ResNet_CIFAR\"?",
            exitCode: 64),
        Mistake(
            arguments: ["train", config, "--cfg-options", "data.train.data_prefix=nowhere"],
            message: "nowhere: no such folder; data_prefix names the folder of the class folders",
            exitCode: 65),
        Mistake(
            arguments: ["train", config, "--cfg-options", "workflow=[('val', 1)]"],
            message:
                "--cfg-options: workflow: [('val', 1)] would never end, it has no training phase; add (\"train\", 1)",
            exitCode: 64),
        Mistake(
            arguments: ["train", config, "--cfg-options", "workflow=[('trian', 1)]"],
            message:
                "--cfg-options: workflow[0][0]: the phase \"trian\" has no data set data.trian; did you mean \"train\"?",
            exitCode: 64),
        Mistake(
            arguments: ["train", config, "--cfg-options", "model.head.num_classes=4"],
            message:
                "--cfg-options: model.head.num_classes: 4 classes, but data.train has labels up to 9; set it to 10",
            exitCode: 64),
        Mistake(
            arguments: [
                "train", config, "--cfg-options", "data.drop_last=True",
                "data.samples_per_gpu=5000",
            ],
            message:
                "\(Tool.root)/configs/_base_/datasets/digits_bs64.json:5:18: data.train: 1437 samples do not fill a batch of 5000, and drop_last leaves them out; lower samples_per_gpu, or leave drop_last out",
            exitCode: 64),
        Mistake(
            arguments: ["train", config, "--cfg-options", "runner=EpochBasedRunner"],
            message:
                "--cfg-options: runner: expected a mapping with the key type, got the string \"EpochBasedRunner\"",
            exitCode: 64),
        Mistake(
            arguments: ["convert-config", config, "nowhere/new.json"],
            message: "nowhere/new.json: cannot write: no such file or directory", exitCode: 64),
        Mistake(
            arguments: ["train", "nowhere.json"],
            message: "nowhere.json: no such file", exitCode: 64),
        Mistake(
            arguments: ["train", config, "--resume-from", "nowhere.pth"],
            message: "nowhere.pth: no such file; give the path of a .pth checkpoint", exitCode: 65),
        Mistake(
            arguments: ["train", config, "--device", "cuda"],
            message: "Error: --device: \"cuda\" is not available; use cpu", exitCode: 64),
        Mistake(
            arguments: ["train", config, "--work-dir", "/proc/nowhere"],
            message:
                "/proc/nowhere: cannot make the folder: no such file or directory; choose another one with --work-dir",
            exitCode: 64),
        Mistake(
            arguments: ["test", config, "latest.pth", "--out", "results.txt"],
            message: "Error: --out: results.txt: expected a name that ends in .json or .pkl",
            exitCode: 64),
        Mistake(
            arguments: ["predict", config, "nowhere.pth", "a.png"],
            message: "nowhere.pth: no such file; give the path of a .pth checkpoint", exitCode: 65),
        Mistake(
            arguments: ["eval-metric", config, "nowhere.pkl", "--metrics", "accuracy"],
            message: "nowhere.pkl: cannot read: No such file or directory", exitCode: 65),
        Mistake(
            arguments: ["eval-metric", config, "nowhere.json", "--metrics", "accuracy"],
            message: "nowhere.json: cannot read: no such file", exitCode: 65),
        Mistake(
            arguments: ["eval-metric", config, "results.json"],
            message: "Error: --metrics: name at least one metric", exitCode: 64),
        Mistake(
            arguments: ["eval-metric", "results.pkl", "--metric", "type=Accurcy"],
            message: "--metric: --metric[0].type: \"Accurcy\" is not a known metric; did you mean "
                + "\"Accuracy\"?", exitCode: 64),
        Mistake(
            arguments: ["get-flops", config, "--shape", "224", "0"],
            message:
                "Error: --shape: 224 0: expected one or two positive numbers; write --shape 224 224",
            exitCode: 64),
        Mistake(
            arguments: ["kfold-cross-valid", config, "--num-splits", "5", "--fold", "5"],
            message: "Error: --fold: 5: expected a number from 0 to 4, below --num-splits",
            exitCode: 64),
        Mistake(
            arguments: ["kfold-cross-valid", config, "--num-splits", "5", "--summary"],
            message: "./work_dirs/resnet18_digits: no metrics in the logs of fold0 to fold4; train "
                + "them first, with an evaluation", exitCode: 64),
        Mistake(
            arguments: ["verify-dataset", config, "--out-path", "/nowhere/broken.log"],
            message: "Error: --out-path: /nowhere/broken.log: there is no folder /nowhere; make it "
                + "first", exitCode: 64),
        Mistake(
            arguments: ["convert-config", config, "new.toml"],
            message: "new.toml: configs are written as .py, .json, .yaml and .yml", exitCode: 64),
    ]
}

@Suite("mistakes get one clear message")
struct MessageTests {
    @Test("message and exit code", arguments: Mistake.all)
    private func mistakes(_ mistake: Mistake) throws {
        let tool = try Tool()
        let result = try tool(mistake.arguments)
        #expect(result.exitCode == mistake.exitCode)
        #expect(result.errors.split(separator: "\n").first.map(String.init) == mistake.message)
        #expect(!tool.folder.names("").contains("work_dirs"))
    }

    @Test("a truncated PNG is named with the reason, or skipped where the config says so")
    func truncatedImage() throws {
        let tool = try Tool()
        let source = "\(Tool.root)/datasets/digits/train"
        let target = "\(tool.folder.path)/data"
        for name in ["0", "1"] {
            try FileManager.default.createDirectory(
                atPath: "\(target)/\(name)", withIntermediateDirectories: true)
            for file in try FileManager.default.contentsOfDirectory(atPath: "\(source)/\(name)")
                .sorted().prefix(20)
            {
                try FileManager.default.copyItem(
                    atPath: "\(source)/\(name)/\(file)", toPath: "\(target)/\(name)/\(file)")
            }
        }
        let broken = "\(target)/1/broken.png"
        let whole = try #require(
            FileManager.default.contents(
                atPath: "\(target)/0/"
                    + (try FileManager.default.contentsOfDirectory(atPath: "\(target)/0").sorted()[
                        0])))
        try whole.prefix(60).write(to: URL(fileURLWithPath: broken))
        let settings = [
            "data.train.data_prefix=data", "runner.max_epochs=1", "data.samples_per_gpu=41",
        ]
        let stopped = try tool.train(["--no-validate"], settings)
        #expect(stopped.exitCode == 65)
        #expect(
            stopped.errors.split(separator: "\n").last?.hasPrefix(
                "data/1/broken.png: cannot read PNG: ") == true)
        let skipped = try tool.train(["--no-validate"], settings + ["data.on_corrupt=skip"])
        #expect(skipped.exitCode == 0)
        #expect(skipped.errors.contains("data/1/broken.png: cannot read PNG: "))
        #expect(skipped.errors.contains("1 unreadable images were skipped"))
    }

    @Test("a checkpoint of another depth is refused with a hint")
    func otherDepth() throws {
        let tool = try Tool()
        #expect(try tool.train(["--work-dir", "work"], ["runner.max_epochs=1"]).exitCode == 0)
        let result = try tool(
            ["test", Tool.config, "work/latest.pth"] + Tool.small + ["model.backbone.depth=34"])
        #expect(result.exitCode == 65)
        #expect(
            result.errors.contains(
                "the checkpoint seems to be of another depth, check model.backbone.depth"))
    }

    @Test(
        "help",
        arguments: [
            "train", "test", "print-config", "convert-config", "publish-model", "predict",
            "eval-metric", "get-flops", "kfold-cross-valid", "verify-dataset",
        ])
    func help(command: String) throws {
        let result = try Tool()([command, "--help"])
        #expect(result.exitCode == 0)
        #expect(result.output.contains("USAGE: mmrunner \(command)"))
    }
}
