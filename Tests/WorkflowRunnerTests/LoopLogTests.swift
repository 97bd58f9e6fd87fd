import ConfigCore
import Foundation
import Testing
import TrainingInterfaces
import WorkflowRunner

@Suite("logs of MMEngine's loops") struct LoopLogTests {
    /// Numbers as a run tells them: three iterations of training, two of validation.
    private static func hub() -> MessageHub {
        let hub = MessageHub()
        for (place, loss) in [1.0, 0.5, 0.25].enumerated() {
            hub.update("train/lr", 0.1)
            hub.update("train/data_time", 0.0015)
            hub.update("train/grad_norm", 0.6302)
            hub.update("train/loss", loss)
            hub.update("train/extra", Double(place))
            hub.update("train/time", 0.0134)
        }
        for _ in 0..<2 {
            hub.update("val/data_time", 0.0015)
            hub.update("val/time", 0.0134)
        }
        hub.update("val/accuracy/top1", 75.0)
        hub.update("val/n", 12)
        return hub
    }

    private static let place = LogPlace(
        epoch: 1, iteration: 4, maxEpochs: 10, maxIterations: 30, batchesPerPass: 12,
        secondsLeft: 65.5)

    @Test("lines and rows of iterations are MMEngine's to the letter")
    func iterations() throws {
        let processor = LogProcessor()
        let (row, line) = processor.iteration("train", batch: 1, Self.place, Self.hub())
        #expect(
            line
                == "Epoch(train)  [2][ 2/12]  lr: 1.0000e-01  eta: 0:01:05  time: 0.0134  data_time: 0.0015  grad_norm: 0.6302  loss: 0.5833  extra: 2.0000"
        )
        #expect(
            row.map { "\($0.name) \($0.value)" } == [
                "lr number(0.1)", "data_time number(0.0015000000000000002)",
                "grad_norm number(0.6302)",
                "loss number(0.5833333333333334)", "extra number(2.0)", "time number(0.0134)",
                "epoch integer(2)", "iter integer(5)",
            ])
        #expect(
            processor.iteration("val", batch: 1, Self.place, Self.hub()).line
                == "Epoch(val)  [1][ 2/12]    eta: 0:01:05  time: 0.0134  data_time: 0.0015  ")
        let byIteration = LogProcessor(try LogSettings(["by_epoch": false, "num_digits": 2]))
        #expect(
            byIteration.iteration("train", batch: 4, Self.place, Self.hub()).line
                == "Iter(train) [ 5/30]  lr: 1.00e-01  eta: 0:01:05  time: 0.01  data_time: 0.00  grad_norm: 0.63  loss: 0.58  extra: 2.00"
        )
    }

    @Test("the line of a validation ends in its times")
    func validation() throws {
        var place = Self.place
        place.batchesPerPass = 2
        let (row, line) = LogProcessor().pass(
            "val", place, Self.hub(), others: [("cls", "[1.0, 2.5]")])
        #expect(
            line
                == "Epoch(val) [1][2/2]    accuracy/top1: 75.0000  n: 12  cls: [1.0, 2.5]  data_time: 0.0015  time: 0.0134"
        )
        #expect(row[1].value == .integer(12))
        #expect(row.map(\.name) == ["accuracy/top1", "n", "data_time", "time"])
        #expect(
            LogProcessor(try LogSettings(["by_epoch": false])).pass("val", place, Self.hub()).line
                == "Iter(val) [2/2]    accuracy/top1: 75.0000  n: 12  data_time: 0.0015  time: 0.0134"
        )
        place.isTraining = false
        #expect(
            LogProcessor().pass("val", place, Self.hub()).line.hasPrefix("Epoch(val) [0][2/2]    "))
    }

    @Test("numbers may be summed up in other ways, and rows may name the phase")
    func custom() throws {
        let processor = LogProcessor(
            try LogSettings([
                "type": "LogProcessor", "window_size": 2, "log_with_hierarchy": true,
                "mean_pattern": "extra",
                "custom_cfg": [
                    [
                        "data_src": "loss", "log_name": "worst", "method_name": "max",
                        "window_size": "epoch",
                    ],
                    ["data_src": "loss", "method_name": "min", "window_size": "global"],
                ],
            ]))
        let (row, line) = processor.iteration("train", batch: 1, Self.place, Self.hub())
        #expect(
            line
                == "Epoch(train)  [2][ 2/12]  lr: 1.0000e-01  eta: 0:01:05  time: 0.0134  data_time: 0.0015  grad_norm: 0.6302  loss: 0.2500  extra: 1.5000  worst: 0.5000"
        )
        #expect(row.map(\.name).first == "train/lr")
        #expect(row.map(\.name).suffix(3) == ["train/worst", "epoch", "iter"])
    }

    @Test(
        "what log_processor cannot mean is said",
        arguments: [
            (["window_size": 0], "log_processor.window_size: expected a positive number, got 0"),
            (
                ["mean_pattern": "("],
                "log_processor.mean_pattern: \"(\" is no regular expression"
            ),
            (
                ["custom_cfg": [["data_src": "loss", "method_name": "median"]]],
                "log_processor.custom_cfg[0].method_name: \"median\" is not a known method_name; did you mean \"mean\"?"
            ),
            (
                [
                    "by_epoch": false,
                    "custom_cfg": [["data_src": "loss", "window_size": "epoch"]],
                ],
                "log_processor.custom_cfg[0].window_size: \"epoch\" needs epochs, but by_epoch is False; write \"global\" or a number"
            ),
            (
                ["custom_cfg": [["data_src": "loss"], ["data_src": "loss"]]],
                "log_processor.custom_cfg: two entries are called \"loss\"; give each a log_name of its own"
            ),
        ] as [(ConfigNode, String)])
    func refusals(config: ConfigNode, message: String) throws {
        let error = #expect(throws: ConfigError.self) { try LogSettings(config) }
        #expect(error?.issues.map(\.message) == [message])
    }

    @Test("backends write rows, curves and the config to the run's folder")
    func backends() throws {
        let folder = try TemporaryFolder()
        let visualizer = try Visualizer(
            ["vis_backends": [["type": "LocalVisBackend"], ["type": "TensorboardVisBackend"]]],
            folder: folder.path, name: "run")
        try visualizer.addConfig(["work_dir": "out", "max": 3])
        try visualizer.addScalar("one", 0.1, step: 4)
        try visualizer.addScalars(
            [("loss", .number(1e-5)), ("epoch", .integer(1))], step: 7, file: "t.json")
        visualizer.close()
        func text(_ name: String) throws -> String {
            try String(contentsOfFile: "\(folder.path)/vis_data/\(name)", encoding: .utf8)
        }
        #expect(try text("config.py") == "work_dir = \"out\"\nmax = 3\n")
        #expect(
            try text("scalars.json")
                == "{\"one\": 0.1, \"step\": 4}\n{\"loss\": 1e-05, \"epoch\": 1, \"step\": 7}\n")
        #expect(try text("t.json") == "{\"loss\": 1e-05, \"epoch\": 1, \"step\": 7}\n")
        let names = try FileManager.default.contentsOfDirectory(
            atPath: "\(folder.path)/vis_data")
        #expect(names.contains { $0.hasPrefix("events.out.tfevents") })
        let error = #expect(throws: ConfigError.self) {
            try Visualizer(
                ["vis_backends": [["type": "WandbVisBackend"]]], folder: folder.path, name: "run")
        }
        #expect(
            error?.issues.map(\.message) == [
                "visualizer.vis_backends[0].type: WandbVisBackend needs a service that this program does not talk to; use LocalVisBackend or TensorboardVisBackend"
            ])
    }

    /// A run of two epochs of three batches whose iterations take half a second by its clock.
    private func run(_ toy: Toy, _ hook: LoopLoggerHook) throws -> EpochBasedRunner {
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 2)
        try runner.register(OptimizerHook(), priority: .aboveNormal)
        var time = 0.0
        try runner.register(
            IterTimerHook {
                time += 0.25
                return time
            })
        try runner.register(hook, priority: hook.defaultPriority)
        try runner.run([ToySource(3), ToySource(2)], workflow: [("train", 1), ("val", 1)])
        return runner
    }

    @Test("a run logs lines, and rows that MMPretrain's tools read")
    func wholeRun() throws {
        let folder = try TemporaryFolder()
        let toy = try Toy(workDirectory: folder.path)
        let timestamp = "20220101_100000"
        let logs = LoopLogFolder(workDirectory: folder.path, timestamp: timestamp)
        var settings = LoopLoggerHook.Settings()
        settings.interval = 2
        let hook = LoopLoggerHook(
            settings, visualizer: try Visualizer(nil, folder: logs.path, name: "toy"),
            experimentName: "toy_run")
        let runner = try run(toy, hook)
        let lines = toy.lines.filter {
            $0.hasPrefix("Epoch(") || $0.hasPrefix("Exp name")
        }
        let heads = [
            "Epoch(train) [1][2/3]  lr: 1.0000e-01  eta: 0:00:02  time: 0.5000  data_time: 0.2500  loss: ",
            "Exp name: toy_run",
            "Epoch(val) [1][2/2]    eta: 0:00:00  time: 0.5000  data_time: 0.2500  ",
            "Epoch(val) [1][2/2]    ", "Epoch(train) [2][2/3]  lr: 1.0000e-01  eta: 0:00:00",
            "Exp name: toy_run", "Epoch(val) [2][2/2]    eta", "Epoch(val) [2][2/2]    ",
        ]
        #expect(lines.count == heads.count)
        for (line, head) in zip(lines, heads) { #expect(line.hasPrefix(head), "\(line)") }
        let rows = try String(
            contentsOfFile: "\(logs.visualizations)/\(runner.timestamp).json", encoding: .utf8
        ).split(separator: "\n").map { try Config.parse(text: String($0), name: "row") }
        #expect(rows.map { $0["step"]?.int } == [2, 1, 5, 2])
        #expect(
            rows[0].mapping?.keys == ["lr", "data_time", "loss", "time", "epoch", "iter", "step"])
        #expect(rows[2]["epoch"]?.int == 2 && rows[2]["iter"]?.int == 5)
    }
}
