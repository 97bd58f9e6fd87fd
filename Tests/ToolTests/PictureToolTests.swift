import Foundation
import Testing

/// A PNG file's size, from its header.
private func size(ofPNG path: String) throws -> [Int] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    try #require(data.count > 24 && data.prefix(4) == Data([0x89, 0x50, 0x4e, 0x47]))
    func number(_ place: Int) -> Int {
        data[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    return [number(16), number(20)]
}

private struct PictureMistake: Sendable, CustomTestStringConvertible {
    let words: [String]
    let message: String
    var code: Int32 = 64
    var testDescription: String { words.joined(separator: " ") }

    private static let log =
        """
        {"env_info": "x", "mode": "meta"}
        {"mode": "train", "epoch": 1, "iter": 10, "lr": 0.1, "time": 0.2, "loss": 2.0}
        {"mode": "val", "epoch": 1, "iter": 3, "accuracy_top-1": 50.0}
        {"mode": "train", "epoch": 2, "iter": 10, "lr": 0.1, "time": 0.2, "loss": 1.0}
        """

    static let files = [
        "run.log.json": log, "text.json": "no JSON\n{}", "few.json": "{\"mode\": \"meta\"}",
        "empty.json": "{\"pred_score\": []}",
    ]
    private static let folder =
        "no log in this folder; name a .log.json or a scalars.json, or the work directory of a run"

    static let all = [
        PictureMistake(
            words: ["analyze-logs", "plot_curve", "a.json", "--out", "a.png"],
            message: "a.json: no such file"),
        PictureMistake(
            words: ["analyze-logs", "cal_train_time", "void"], message: "void: \(folder)"),
        PictureMistake(
            words: [
                "analyze-logs", "plot_curve", "run.log.json", "--keys", "los", "--out", "a.png",
            ],
            message: "run.log.json: los is not in the log; did you mean loss?"),
        PictureMistake(
            words: ["analyze-logs", "plot_curve", "run.log.json", "--keys", "x", "--out", "a.png"],
            message:
                "run.log.json: x is not in the log; known: accuracy_top-1, loss, lr, time"),
        PictureMistake(
            words: [
                "analyze-logs", "plot_curve", "run.log.json", "--legend", "a", "b", "--out",
                "a.png",
            ],
            message: "--legend: 2 names for 1 curves; give one for each key of each log"),
        PictureMistake(
            words: ["analyze-logs", "plot_curve", "run.log.json", "--out", "a.pdf"],
            message: "a.pdf: only .png and .svg are written; choose such a name"),
        PictureMistake(
            words: ["analyze-logs", "plot_curve", "run.log.json"],
            message:
                "Error: --out: there is no window to show curves in; name a .png or .svg file"),
        PictureMistake(
            words: ["analyze-logs", "cal_train_time", "run.log.json"],
            message:
                "run.log.json: epoch 1 has a single time, which is its first; pass --include-outliers"
        ),
        PictureMistake(
            words: ["analyze-logs", "cal_train_time", "text.json"],
            message: "text.json: line 1 is not JSON; name a .log.json or scalars.json", code: 65),
        PictureMistake(
            words: ["analyze-logs", "cal_train_time", "few.json"],
            message: "few.json: holds no rows of a training or validation", code: 65),
        PictureMistake(
            words: ["analyze-results", Tool.config, "none.json", "--out-dir", "a"],
            message: "none.json: cannot read: no such file", code: 65),
        PictureMistake(
            words: ["analyze-results", Tool.config, "empty.json", "--out-dir", "a"],
            message: "empty.json: has no pred_label; test again with --out-items all", code: 65),
        PictureMistake(
            words: ["browse-dataset", Tool.config],
            message:
                "Error: --output-dir: missing, so nothing would be written; name a folder"),
        PictureMistake(
            words: ["browse-dataset", Tool.config, "-o", "a", "--show"],
            message:
                "Error: --show: there is no window to show images in; write sheets with --output-dir"
        ),
        PictureMistake(
            words: ["browse-dataset", "none.json", "-o", "a"], message: "none.json: no such file"),
        PictureMistake(
            words: [
                "vis-lr", Tool.config, "--cfg-options", "data.train.data_prefix=/nowhere",
                "--save-path", "a.png",
            ],
            message:
                "/nowhere: no such folder; data_prefix names the folder of the class folders; --dataset-size says how many images there are",
            code: 65),
        PictureMistake(
            words: ["vis-lr", Tool.config, "--dataset-size", "0"],
            message: "Error: --dataset-size: must be positive, got 0"),
    ]
}

@Suite("tools that draw") struct PictureToolTests {
    @Test("mistakes are told with a remedy", arguments: PictureMistake.all)
    private func mistakes(_ mistake: PictureMistake) throws {
        let tool = try Tool()
        for (name, text) in PictureMistake.files {
            try text.write(
                toFile: "\(tool.folder.path)/\(name)", atomically: true, encoding: .utf8)
        }
        try FileManager.default.createDirectory(
            atPath: "\(tool.folder.path)/void", withIntermediateDirectories: true)
        let result = try tool(mistake.words)
        #expect(result.exitCode == mistake.code)
        #expect(result.errors.split(separator: "\n").first.map(String.init) == mistake.message)
        #expect(tool.folder.names("a") == [])
    }

    @Test("vis-lr draws rate and momentum of both styles as SVG and PNG")
    func rates() throws {
        let tool = try Tool()
        let new = "\(Tool.root)/configs/digits/resnet18_digits_new.json"
        for (config, name) in [(Tool.config, "resnet18_digits"), (new, "resnet18_digits_new")] {
            let result = try tool(["vis-lr", config])
            #expect(result.errors == "")
            let lines = result.output.split(separator: "\n").map(String.init)
            #expect(
                lines == [
                    "Dataset infos:", " - Dataset size: 1437", " - Total batch size: 64",
                    " - Iterations per epoch: 23",
                    "The learning rate graph is saved at \(name)_lr.png",
                    "The learning rate graph is saved at \(name)_lr.svg",
                ])
            #expect(try size(ofPNG: "\(tool.folder.path)/\(name)_lr.png") == [1200, 700])
            let svg = try tool.folder.text("\(name)_lr.svg")
            for text in ["\(name).json: learning rate", "momentum", "epochs", "\n20\n", "\n0.10\n"]
            {
                #expect(svg.contains(text), "\(text)")
            }
        }
        let one = try tool([
            "vis-lr", Tool.config, "-p", "wd", "-d", "640", "--title", "decay", "--window-size",
            "5*4", "--style", "white", "-s", "plots/a.svg",
        ])
        #expect(one.output.contains(" - Iterations per epoch: 10\n"))
        let svg = try tool.folder.text("plots/a.svg")
        #expect(svg.contains("width=\"500\"") && svg.contains("decay\n"))
    }

    @Test("browse-dataset writes sheets of both styles in every mode")
    func sheets() throws {
        let tool = try Tool()
        let new = "\(Tool.root)/configs/digits/resnet18_digits_new.json"
        for (config, phase) in [(Tool.config, "train"), (new, "val")] {
            for (mode, number) in [
                ("original", 40), ("transformed", 5), ("concat", 7), ("pipeline", 9),
            ] {
                let result = try tool([
                    "browse-dataset", config, "--output-dir", "sheets", "--phase", phase, "--mode",
                    mode, "--number", "\(number)",
                ])
                #expect(result.errors == "" && result.exitCode == 0)
                #expect(result.output.hasPrefix("\(number) of "))
                let files = tool.folder.names("sheets").filter { $0.hasPrefix("\(phase)_\(mode)_") }
                #expect(files.count == (number > 36 || mode == "pipeline" ? 2 : 1))
                let first = try #require(files.first)
                let size = try size(ofPNG: "\(tool.folder.path)/sheets/\(first)")
                #expect(size[0] >= 360 && size[1] > 200)
            }
        }
    }

    @Test("a run's logs are drawn and timed; its results are drawn, sorted by success")
    func run() throws {
        let tool = try Tool()
        for (config, folder) in [
            (Tool.config, "old"), ("\(Tool.root)/configs/digits/resnet18_digits_new.json", "new"),
        ] {
            let isOld = folder == "old"
            let small = [
                "--cfg-options", "model.backbone.base_channels=4",
                "model.backbone.stem_channels=4", "model.head.in_channels=32",
                isOld ? "data.samples_per_gpu=96" : "train_dataloader.batch_size=96",
                isOld ? "log_config.interval=5" : "default_hooks.logger.interval=5",
                isOld ? "runner.max_epochs=2" : "train_cfg.max_epochs=2",
            ]
            #expect(try tool(["train", config, "--work-dir", folder] + small).exitCode == 0)
            let times = try tool(["analyze-logs", "cal_train_time", folder])
            #expect(times.errors == "")
            #expect(times.output.contains("average iter time: 0."))
            let metric = isOld ? "accuracy_top-1" : "accuracy/top1"
            let curve = try tool([
                "analyze-logs", "plot_curve", folder, "--keys", "loss", metric, "--legend",
                "the loss", "the metric", "--out", "\(folder).svg",
            ])
            #expect(curve.errors == "" && curve.output.hasSuffix("save curve to: \(folder).svg\n"))
            let svg = try tool.folder.text("\(folder).svg")
            #expect(svg.contains("the loss") && svg.contains("the metric"))
            #expect(svg.contains("epochs"))
            let test = try tool(
                [
                    "test", config, "\(folder)/epoch_2.pth", "--out", "\(folder).json",
                    "--show-dir",
                    "\(folder)-shown", "--interval", "100",
                ]
                    + (isOld ? [] : ["--out-item", "pred"]) + small)
            #expect(test.exitCode == 0)
            let classes = tool.folder.names("\(folder)-shown")
            #expect(!classes.isEmpty && classes.allSatisfy { "0"..."9" ~= $0 })
            let images = classes.flatMap { name in
                tool.folder.names("\(folder)-shown/\(name)").map { "\(name)/\($0)" }
            }
            #expect(images.count == 4 && images.allSatisfy { $0.hasSuffix(".png") })
            let drawn = try size(ofPNG: "\(tool.folder.path)/\(folder)-shown/\(images[0])")
            #expect(drawn[0] == 240 && drawn[1] > 260)
            let sorted = try tool([
                "analyze-results", config, "\(folder).json", "--out-dir", "\(folder)-sorted",
                "--topk", "5",
            ])
            #expect(sorted.errors == "" && sorted.exitCode == 0)
            for (part, isRight) in [("success", true), ("fail", false)] {
                let names = tool.folder.names("\(folder)-sorted/\(part)")
                let rows = try JSONSerialization.jsonObject(
                    with: Data(tool.folder.text("\(folder)-sorted/\(part)/\(part).json").utf8))
                let list = try #require(rows as? [[String: Any]])
                #expect(list.count == 5 && names.count == 6)
                let scores = list.compactMap { $0["pred_score"] as? Double }
                #expect(scores == scores.sorted(by: >))
                #expect(
                    list.allSatisfy {
                        ($0["pred_label"] as? Int == $0["gt_label"] as? Int) == isRight
                    })
            }
        }
    }
}
