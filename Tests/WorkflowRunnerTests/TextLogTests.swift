import ConfigCore
import Foundation
import Logging
import NeuralNet
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

@Suite("the text logger's settings") struct TextLogTests {
    /// A run of a toy whose iterations take `seconds` by its clock.
    @discardableResult
    private func run(
        _ toy: Toy, epochs: Int, batches: Int, logger: ConfigNode = ["type": "TextLoggerHook"],
        interval: Int = 1, seconds: Double = 0.5, resuming path: String? = nil,
        scores: [Double] = []
    ) throws -> BaseRunner {
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: epochs)
        try runner.registerTrainingHooks(
            lrConfig: nil, checkpointConfig: toy.defaults.workDirectory == nil ? nil : [:],
            logConfig: ["interval": ConfigNode(.int(interval)), "hooks": [logger]],
            timerConfig: .none)
        var time = 0.0
        try runner.register(
            IterTimerHook {
                time += seconds / 2
                return time
            }, priority: .low)
        if !scores.isEmpty {
            var options = EvaluationOptions()
            options.interval = 1
            try runner.register(
                EvalHook(
                    loader: ToySource(3), evaluator: ToyEvaluator(scores), options: options),
                priority: .low)
        }
        if let path { try runner.resume(path) }
        try runner.run([ToySource(batches)], workflow: [("train", 1)])
        return runner
    }

    private func json(_ folder: TemporaryFolder, _ runner: BaseRunner) throws -> [String] {
        try String(
            contentsOfFile: "\(folder.path)/\(runner.timestamp).log.json", encoding: .utf8
        ).split(separator: "\n").map(String.init)
    }

    @Test("several optimizers log their rates by name")
    func optimizers() throws {
        let folder = try TemporaryFolder()
        var toy = try Toy(workDirectory: folder.path)
        toy.defaults.optimizer = try twoOptimizers(toy)
        let runner = try run(toy, epochs: 1, batches: 1)
        let line = try #require(toy.lines.first { $0.hasPrefix("Epoch") })
        #expect(
            line.hasPrefix(
                "Epoch [1][1/1]\tlr_g: 1.000e-03 lr_d: 4.000e-04, eta: 0:00:00, time: 0.500, "))
        #expect(
            try json(folder, runner).last?.hasPrefix(
                #"{"mode": "train", "epoch": 1, "iter": 1, "lr": {"g": 0.001, "d": 0.0004}, "data_time": 0.25, "#
            ) == true)
    }

    @Test("a time of days to go reads as Python writes it")
    func days() throws {
        let toy = try Toy()
        try run(toy, epochs: 3, batches: 2, seconds: 43_200)
        #expect(
            toy.lines.filter { $0.hasPrefix("Epoch") }.compactMap { line in
                line.range(of: "eta: .*, time", options: .regularExpression).map {
                    String(line[$0])
                }
            } == [
                "eta: 2 days, 12:00:00, time", "eta: 2 days, 0:00:00, time",
                "eta: 1 day, 12:00:00, time", "eta: 1 day, 0:00:00, time",
                "eta: 12:00:00, time", "eta: 0:00:00, time",
            ])
    }

    @Test("the experiment's name stands at its interval and at the end of an epoch")
    func experimentName() throws {
        let toy = try Toy(meta: TorchDictionary([("exp_name", "mine")]))
        try run(
            toy, epochs: 1, batches: 5,
            logger: ["type": "TextLoggerHook", "interval_exp_name": 2])
        let lines = toy.lines.filter { $0.hasPrefix("E") }.map { String($0.prefix(14)) }
        #expect(
            lines == [
                "Epoch [1][1/5]", "Exp name: mine", "Epoch [1][2/5]", "Epoch [1][3/5]",
                "Exp name: mine", "Epoch [1][4/5]", "Exp name: mine", "Epoch [1][5/5]",
            ])
    }

    @Test("log files are copied to out_dir", arguments: [true, false])
    func copies(keepsLocal: Bool) throws {
        let folder = try TemporaryFolder()
        let (work, out) = (folder.path + "/work", folder.path + "/out")
        let toy = try Toy(workDirectory: work)
        try FileManager.default.createDirectory(
            atPath: work + "/inner", withIntermediateDirectories: true)
        for name in ["inner/config.py", "notes.txt", ".hidden.py"] {
            try Data("a".utf8).write(to: URL(fileURLWithPath: "\(work)/\(name)"))
        }
        let runner = try run(
            toy, epochs: 1, batches: 1,
            logger: [
                "type": "TextLoggerHook", "out_dir": ConfigNode(.string(out)),
                "out_suffix": [".log.json", ".py"], "keep_local": ConfigNode(.bool(keepsLocal)),
                "file_client_args": ["backend": "disk"],
            ])
        let files = try FileManager.default.subpathsOfDirectory(atPath: out).sorted()
        let log = "\(runner.timestamp).log.json"
        #expect(files == ["work", "work/\(log)", "work/inner", "work/inner/config.py"])
        let left = try FileManager.default.subpathsOfDirectory(atPath: work)
        #expect(left.contains(log) == keepsLocal && left.contains("notes.txt"))
        #expect(
            toy.lines.contains(
                "Text logs will be saved to \(out)/work by HardDiskBackend after the training process."
            ))
        #expect(
            toy.lines.contains("The file \(work)/\(log) has been uploaded to \(out)/work/\(log)."))
        #expect(
            toy.lines.contains("\(work)/\(log) was removed due to the `self.keep_local=False`")
                != keepsLocal)
    }

    @Test("V11: nothing sleeps, and the first batch's time is its own")
    func v11_epochsBeginWithoutSleeping() throws {
        let folder = try TemporaryFolder()
        let toy = try Toy(workDirectory: folder.path)
        let start = ContinuousClock.now
        let runner = try run(toy, epochs: 3, batches: 2)
        #expect(ContinuousClock.now - start < .seconds(2))
        let rows = try json(folder, runner).filter { $0.contains("\"train\"") }
        #expect(rows.count == 6 && rows.allSatisfy { $0.contains(#""data_time": 0.25"#) })
    }

    @Test("V12: where a run goes on stands in a line that is no row")
    func v12_resumeWritesAMetaRow() throws {
        let folder = try TemporaryFolder()
        let meta = TorchDictionary([("seed", 7)])
        try run(
            Toy(workDirectory: folder.path, meta: meta), epochs: 1, batches: 2, scores: [50])
        let toy = try Toy(workDirectory: folder.path, meta: meta)
        let checkpoint = folder.path + "/latest.pth"
        try? FileManager.default.removeItem(
            atPath: "\(folder.path)/\(toy.defaults.timestamp).log.json")
        let runner = try run(toy, epochs: 2, batches: 2, resuming: checkpoint, scores: [50, 60])
        let lines = try json(folder, runner)
        #expect(lines.first?.hasPrefix(#"{"seed": 7, "hook_msgs": "#) == true)
        #expect(lines.first?.contains("epoch\":") == false)
        #expect(
            lines.dropFirst().first
                == #"{"mode": "meta", "resumed_from": "\#(checkpoint)", "resumed_epoch": 1, "resumed_iter": 2}"#
        )
        // The checkpoint was saved before its epoch was evaluated, which comes first now.
        #expect(
            lines.dropFirst(2).map { String($0.prefix(48)) } == [
                #"{"mode": "val", "resumed_epoch": 1, "iter": 3, ""#,
                #"{"mode": "train", "epoch": 2, "iter": 1, "lr": 0"#,
                #"{"mode": "train", "epoch": 2, "iter": 2, "lr": 0"#,
                #"{"mode": "val", "epoch": 2, "iter": 3, "lr": 0.1"#,
            ])
    }

    @Test("P21: the run's first and last iteration are always shown")
    func p21_firstAndLastIterationAreLogged() throws {
        let toy = try Toy()
        try run(toy, epochs: 2, batches: 7, interval: 3)
        let heads = toy.lines.filter { $0.hasPrefix("Epoch") }.map { String($0.prefix(14)) }
        #expect(
            heads == [
                "Epoch [1][1/7]", "Epoch [1][3/7]", "Epoch [1][6/7]", "Epoch [2][3/7]",
                "Epoch [2][6/7]", "Epoch [2][7/7]",
            ])
    }

    @Test("messages")
    func messages() throws {
        let cases: [(config: ConfigNode, message: String)] = [
            (
                ["interval": 0, "hooks": []],
                "log_config.interval: expected a positive number, got 0"
            ),
            (
                ["interval": "10", "hooks": []],
                "log_config.interval: expected an integer, got the string \"10\""
            ),
            (["hooks": []], "log_config.interval: required key is missing"),
            (["interval": 1], "log_config.hooks: required key is missing"),
            (
                ["interval": 1, "hooks": [["type": "TextLoggerHook", "interval": -1]]],
                "log_config.hooks[0].interval: expected a positive number, got -1"
            ),
            (
                ["interval": 1, "hooks": [["type": "TextLogerHook"]]],
                "log_config.hooks[0].type: \"TextLogerHook\" is not a known hook; did you mean \"TextLoggerHook\"?"
            ),
            (
                ["interval": 1, "hooks": [["type": "TextLoggerHook", "out_dri": "a"]]],
                "log_config.hooks[0].out_dri: unknown key; did you mean out_dir?"
            ),
            (
                [
                    "interval": 1,
                    "hooks": [["type": "TextLoggerHook", "file_client_args": ["backend": "disk"]]],
                ],
                "log_config.hooks[0].file_client_args: there is no out_dir to copy files to; set out_dir, or remove it"
            ),
            (
                ["interval": 1, "hooks": [["type": "TensorboardLoggerHook", "logdir": "a"]]],
                "log_config.hooks[0].logdir: unknown key; did you mean log_dir?"
            ),
        ]
        for (config, message) in cases {
            let runner = try EpochBasedRunner(Toy().defaults, maxEpochs: 1)
            let error = #expect(throws: ConfigError.self) {
                try runner.registerTrainingHooks(lrConfig: nil, logConfig: config)
            }
            #expect(error?.description == message)
        }
    }

    @Test("a loss that is no number names the first bad parameter, and may only warn")
    func nonFinite() throws {
        var toy = try Toy()
        toy.defaults.onNonFinite = .warn
        try toy.model.weight.value.assign([.nan, 1])
        let warning =
            "epoch 1: iteration 1: the loss is nan, the parameter weight is not finite; lower the learning rate, clip gradients, or set on_nonfinite=\"warn\""
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 1)
        try runner.run([ToySource(1)], workflow: [("train", 1)])
        #expect(toy.output.contents.contains(" - WARNING - \(warning)\n"))

        toy.defaults.onNonFinite = .stop
        let stopping = try EpochBasedRunner(toy.defaults, maxEpochs: 1)
        let error = #expect(throws: NonFiniteLossError.self) {
            try stopping.run([ToySource(1)], workflow: [("train", 1)])
        }
        #expect(error?.description == warning)
    }
}
