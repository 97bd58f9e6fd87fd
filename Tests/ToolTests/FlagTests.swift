import Foundation
import Testing

private struct RefusedFlag: Sendable, CustomTestStringConvertible {
    let flags: [String]
    let message: String
    var command = "train"
    var testDescription: String { ([command] + flags).joined(separator: " ") }

    private static let others =
        "which gives other results than one CPU; leave it out and set data.samples_per_gpu to the batch of all of them"

    static let all = [
        RefusedFlag(
            flags: ["--gpus", "8"],
            message: "--gpus: with 8 of them GPUs share the batches, \(others)"),
        RefusedFlag(
            flags: ["--gpu-ids", "0", "1"],
            message: "--gpu-ids: with 2 of them GPUs share the batches, \(others)"),
        RefusedFlag(
            flags: ["--ipu-replicas", "4"],
            message: "--ipu-replicas: with 4 of them replicas share the batches, \(others)"),
        RefusedFlag(
            flags: ["--launcher", "slurm"],
            message: "--launcher: \"slurm\" is not available, one process does the work; use none"),
        RefusedFlag(
            flags: ["--launcher", "pytorch"],
            message: "--launcher: \"pytorch\" is not available, one process does the work; use none"
        ),
        RefusedFlag(
            flags: ["--local_rank", "1"],
            message:
                "--local_rank: 1 is one of several processes, here one does the work; use 0"),
        RefusedFlag(
            flags: ["--options", "seed=1", "--cfg-options", "seed=2"],
            message:
                "--options: given beside --cfg-options, whose old name it is; use --cfg-options"),
        RefusedFlag(
            flags: ["--show"],
            message: "--show: there is no window to show images in; write them with --show-dir",
            command: "test"),
        RefusedFlag(
            flags: ["--show-options", "wait_time=1"],
            message: "--show-options: there is one way to draw; leave it out", command: "test"),
        RefusedFlag(
            flags: ["--out", "a.json", "--out-items", "pred_labels"],
            message:
                "The value 'pred_labels' is invalid for '--out-items <item>': \"pred_labels\" is none of all, none, class_scores, pred_score, pred_label, pred_class",
            command: "test"),
        RefusedFlag(
            flags: ["--gpu-ids", "0", "1"],
            message: "--gpu-ids: with 2 of them GPUs share the batches, \(others)",
            command: "test"),
    ]
}

@Suite("flags as users paste them") struct FlagTests {
    @Test("refused where one process on a CPU would not give the same", arguments: RefusedFlag.all)
    private func refused(_ flag: RefusedFlag) throws {
        let tool = try Tool()
        let checkpoint = flag.command == "test" ? ["latest.pth"] : []
        let result = try tool([flag.command, Tool.config] + checkpoint + flag.flags)
        #expect(result.exitCode == 64)
        #expect(
            result.errors.split(separator: "\n").first.map(String.init) == "Error: \(flag.message)")
    }

    @Test("accepted where it would, said once; the weights are the same")
    func accepted() throws {
        let tool = try Tool()
        let short = ["runner.max_epochs=1"]
        let plain = try tool.train(["--work-dir", "plain", "--seed", "3", "--no-validate"], short)
        #expect(plain.exitCode == 0)
        let run = try tool.train(
            [
                "--work-dir", "flags", "--seed", "3", "--no-validate", "--gpu-id", "2", "--gpus",
                "1", "--gpu-ids", "3", "--ipu-replicas", "1", "--diff-seed", "--deterministic",
                "--launcher", "none", "--local-rank", "0", "--device", "cpu",
            ], short)
        #expect(run.exitCode == 0)
        let notes = run.errors.split(separator: "\n").filter { $0.contains("without effect") }
        #expect(notes.count == 1)
        #expect(
            notes.first?.hasSuffix(
                "WARNING - without effect, one process runs on the CPU: --gpu-id, --gpus, --gpu-ids, --ipu-replicas, --local_rank, --diff-seed"
            ) == true)
        #expect(try tool.weights("flags/latest.pth") == tool.weights("plain/latest.pth"))
    }

    @Test("the flags of either original's tools for data and schedules are known")
    func toolFlags() throws {
        let tool = try Tool()
        let sheet = try tool([
            "browse-dataset", Tool.config, "-o", "sheets", "-n", "1", "-m", "transformed", "-r",
            "0.5", "-i", "2", "--not-show", "--adaptive", "--min-edge-length", "200",
            "--max-edge-length", "800", "--window-size", "12*7", "--bgr2rgb",
        ])
        #expect(sheet.exitCode == 0, "\(sheet.errors)")
        #expect(tool.folder.names("sheets") == ["train_transformed_001.png"])
        let rates = try tool([
            "vis-lr", Tool.config, "-d", "64", "-n", "1", "-s", "a.png", "--not-show",
            "--log-level", "INFO", "--style", "white",
        ])
        #expect(rates.exitCode == 0, "\(rates.errors)")
        for (flags, message) in [
            (["--rescale-factor", "0"], "--rescale-factor: 0.0: expected a number from 0.1 to 10"),
            (["--show-options", "a=1"], "--show-options: there is one way to draw; leave it out"),
        ] {
            let refused = try tool(["browse-dataset", Tool.config, "-o", "b"] + flags)
            #expect(refused.exitCode == 64)
            #expect(
                refused.errors.split(separator: "\n").first.map(String.init)
                    == "Error: \(message)")
        }
        let folds = try tool([
            "kfold-cross-valid", Tool.config, "--num-splits", "5", "--amp", "--auto-scale-lr",
            "--no-pin-memory", "--no-persistent-workers", "--resume", "--resume-from", "a.pth",
        ])
        #expect(folds.exitCode == 64)
        #expect(
            folds.errors.hasPrefix(
                "Error: --resume: \"a.pth\" is to be resumed; leave one of the two out\n"))
    }

    @Test("tools/test makes the folder of its results")
    func resultFolder() throws {
        let tool = try Tool()
        let trained = try tool.train(
            ["--work-dir", "work", "--no-validate"], ["runner.max_epochs=1"])
        #expect(trained.exitCode == 0)
        for file in ["a/b/r.json", "c/d/r.pkl"] {
            let run = try tool(
                ["test", Tool.config, "work/latest.pth", "--out", file] + Tool.small)
            #expect(run.exitCode == 0, "\(run.errors)")
            #expect(FileManager.default.fileExists(atPath: "\(tool.folder.path)/\(file)"))
        }
    }

    @Test("settings of several --cfg-options add up, in order; --options is their old name")
    func settings() throws {
        let tool = try Tool()
        let result = try tool([
            "print-config", Tool.config, "--cfg-options", "optimizer.lr=0.5",
            "workflow=[('train', 2), ('val', 1)]", "--cfg-options", "seed=7", "optimizer.lr=0.25",
        ])
        #expect(result.exitCode == 0)
        for line in [#""lr": 0.25"#, #""seed": 7"#] { #expect(result.output.contains(line)) }
        #expect(result.output.filter { !$0.isWhitespace }.contains(#"[["train",2],["val",1]]"#))
        let old = try tool(["print-config", Tool.config, "--options", "seed=7", "--options", "x=1"])
        #expect(old.output.contains(#""seed": 7"#) && old.output.contains(#""x": 1"#))
    }

    @Test("names with the scopes of the original packages are theirs")
    func scopes() throws {
        let tool = try Tool()
        let run = try tool.train(
            ["--dry-run"],
            [
                "model.backbone.type=mmcls.ResNet_CIFAR", "optimizer.type=torch.optim.SGD",
                "model.type=mmcls.models.ImageClassifier", "runner.type=mmcv.EpochBasedRunner",
            ])
        #expect(run.exitCode == 0)
        let other = try tool.train(["--dry-run"], ["model.backbone.type=mmdet.ResNet"])
        #expect(
            other.errors
                == "--cfg-options: model.backbone.type: \"mmdet.ResNet\" is not a known backbone; did you mean \"ResNet\"?\n"
        )
    }

    @Test("tools/test writes the items that are asked for, with the classes of the checkpoint")
    func outItems() throws {
        let tool = try Tool()
        let trained = try tool.train(
            ["--work-dir", "work", "--no-validate"], ["runner.max_epochs=1"])
        #expect(trained.exitCode == 0)
        let cases: [(items: [String], keys: Set<String>)] = [
            ([], ["class_scores", "pred_class", "pred_label", "pred_score"]),
            (["--out-items", "pred_label", "pred_score"], ["pred_label", "pred_score"]),
            (["--out-items", "none", "pred_label"], []),
        ]
        for (items, keys) in cases {
            let run = try tool(
                [
                    "test", Tool.config, "work/latest.pth", "--metrics", "accuracy",
                    "--metric-options", "topk=1", "--metric-options", "thrs=0.0", "--out",
                    "results.json", "--tmpdir", "t", "--gpu-collect",
                ] + items + Tool.small)
            #expect(run.exitCode == 0)
            #expect(run.errors.contains("one process runs on the CPU: --tmpdir, --gpu-collect\n"))
            let results =
                try JSONSerialization.jsonObject(
                    with: Data(tool.folder.text("results.json").utf8)) as? [String: Any]
            let found = Set((results ?? [:]).keys.filter { !$0.hasPrefix("accuracy") })
            #expect(found == keys && results?.count == keys.count + 1)
        }
    }
}
