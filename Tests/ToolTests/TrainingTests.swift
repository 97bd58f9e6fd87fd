import Foundation
import Testing
import TorchFile

@Suite("tools/train and tools/test")
struct TrainingTests {
    @Test(
        "a run leaves checkpoints and logs, and tools/test prints the accuracy that training printed"
    )
    func wholeRun() throws {
        let tool = try Tool()
        let run = try tool.train(["--work-dir", "work"], ["runner.max_epochs=2"])
        #expect(run.exitCode == 0)
        #expect(run.output.contains("checkpoint: \(tool.folder.path)/work/latest.pth"))
        let names = tool.folder.names("work")
        #expect(names.contains("epoch_1.pth") && names.contains("epoch_2.pth"))
        #expect(names.contains("resnet18_digits.json"))
        let logs = names.filter { $0.hasSuffix(".log.json") }
        #expect(logs.count == 1 && names.contains { $0.hasSuffix(".log") })
        let rows = try tool.folder.text("work/\(logs[0])").split(separator: "\n")
        #expect(
            rows.last?.hasPrefix(
                #"{"mode": "val", "epoch": 2, "iter": 2, "lr": 0.1, "accuracy_top-1": "#) == true)
        let accuracy = try #require(
            run.errors.split(separator: "\n").last { $0.contains("Epoch(val) [2]") }?
                .split(separator: " ").last.flatMap { Double($0) })

        let test = try tool(
            ["test", Tool.config, "work/latest.pth", "--out", "results.json"] + Tool.small)
        #expect(test.exitCode == 0)
        let printed = try #require(
            test.output.split(separator: "\n").last?.split(separator: " ").last.flatMap {
                Double($0)
            })
        #expect(abs(printed - accuracy) < 0.006)
        #expect(try tool.folder.text("results.json").contains(#""pred_label": ["#))
    }

    /// With 64 channels and more, so that the rule takes Winograd's algorithm where it is implemented.
    @Test(
        "the same seed gives the same bits, in single precision and in bfloat16",
        arguments: [[], ["fp16.loss_scale=512."]])
    func sameBits(precision: [String]) throws {
        let tool = try Tool()
        let settings = [
            "--cfg-options", "model.backbone.base_channels=64", "model.backbone.stem_channels=64",
            "model.head.in_channels=512", "data.samples_per_gpu=240", "runner.max_epochs=1",
        ]
        var endings: [[String: [UInt32]]] = []
        for (folder, workers) in [("one", 0), ("two", 2)] {
            let run = try tool(
                ["train", Tool.config, "--work-dir", folder] + settings
                    + ["data.workers_per_gpu=\(workers)"] + precision)
            #expect(run.exitCode == 0)
            endings.append(try tool.ending("\(folder)/latest.pth"))
        }
        #expect(endings[0] == endings[1])
    }

    @Test(
        "a run that was stopped and resumed ends in the same weights",
        arguments: ["resnet18_digits", "resnet18_digits_workflow", "resnet18_digits_iter"])
    func resuming(config: String) throws {
        let tool = try Tool()
        let path = "\(Tool.root)/configs/digits/\(config).json"
        let length =
            config.hasSuffix("iter")
            ? ["runner.max_iters=18", "evaluation.interval=6", "checkpoint_config.interval=6"]
            : ["runner.max_epochs=3"]
        let whole = try tool(["train", path, "--work-dir", "whole"] + Tool.small + length)
        #expect(whole.exitCode == 0)

        // Interrupted after its first checkpoint, so in the middle of what follows.
        let interrupted = try tool.start(
            ["train", path, "--work-dir", "parts"] + Tool.small + length + [
                "data.workers_per_gpu=0"
            ])
        while interrupted.process.isRunning,
            tool.folder.names("parts").first(where: { $0.hasSuffix(".pth") }) == nil
        {
            usleep(2000)
        }
        interrupted.process.interrupt()
        let first = try tool.finish(interrupted)
        #expect(first.exitCode == 130 || first.exitCode == 0)
        let rest = try tool(
            ["train", path, "--work-dir", "parts", "--resume-from", "parts/latest.pth"] + Tool.small
                + length)
        #expect(rest.exitCode == 0)
        #expect(try tool.weights("parts/latest.pth") == tool.weights("whole/latest.pth"))
    }

    @Test("a second run in a work dir moves the first one's checkpoints; a live one is an error")
    func workDirectories() throws {
        let tool = try Tool()
        let short = ["runner.max_epochs=1"]
        #expect(try tool.train(["--work-dir", "work"], short).exitCode == 0)
        let second = try tool.train(["--work-dir", "work"], short)
        #expect(second.exitCode == 0)
        #expect(second.errors.contains("files of an earlier run were moved to"))
        #expect(tool.folder.names("work").contains("epoch_1.pth"))

        let live = try tool.start(
            ["train", Tool.config, "--work-dir", "live"] + Tool.small + ["runner.max_epochs=200"])
        while live.process.isRunning, !tool.folder.names("live").contains("epoch_1.pth") {
            usleep(2000)
        }
        let other = try tool.train(["--work-dir", "live"], short)
        live.process.terminate()
        let ended = try tool.finish(live)
        #expect(other.exitCode == 64)
        #expect(other.errors.hasPrefix("live: in use by a run that is still going on"))
        #expect(ended.exitCode == 143)
    }

    @Test("Ctrl-C saves a checkpoint though it also ends the pipe that the log goes into")
    func brokenPipe() throws {
        let tool = try Tool()
        let process = Process()
        process.executableURL = Tool.program
        process.arguments =
            ["train", Tool.config, "--work-dir", "work"] + Tool.small + ["runner.max_epochs=200"]
        process.currentDirectoryURL = URL(fileURLWithPath: tool.folder.path)
        let log = Pipe()
        process.standardError = log
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        while process.isRunning, !tool.folder.names("work").contains("epoch_1.pth") { usleep(2000) }
        try log.fileHandleForReading.close()
        while process.isRunning, !tool.folder.names("work").contains("epoch_3.pth") { usleep(2000) }
        process.interrupt()
        process.waitUntilExit()
        #expect(tool.folder.names("work").contains { $0.hasPrefix("iter_") })
    }

    @Test("a val phase has labels though the pipeline for testing does not collect them")
    func labelsOfValidation() throws {
        let tool = try Tool()
        let path = "\(Tool.root)/configs/digits/resnet18_digits_workflow.json"
        // As in MMClassification's own configs: Collect(keys=['img']), and no ToTensor of the label.
        let run = try tool(
            ["train", path, "--work-dir", "work"] + Tool.small + [
                "runner.max_epochs=1", "data.val.pipeline.3.keys=[img]",
                "data.val.pipeline.4.keys=[img]",
            ])
        #expect(run.exitCode == 0)
        #expect(run.errors.contains("Epoch(val) [1][2]\tloss: "))
    }

    @Test("a config that was printed as JSON trains as the one it came from")
    func v14_printedConfigsTrain() throws {
        let tool = try Tool()
        let settings = ["workflow=[('train', 1), ('val', 1)]", "runner.max_epochs=1", "seed=5"]
        let printed = try tool(["print-config", Tool.config] + Tool.small + settings)
        try Data(printed.output.utf8).write(to: URL(fileURLWithPath: "\(tool.folder.path)/a.json"))
        #expect(try tool.train(["--work-dir", "first"], settings).exitCode == 0)
        #expect(try tool(["train", "a.json", "--work-dir", "again"]).exitCode == 0)
        #expect(try tool.weights("again/latest.pth") == tool.weights("first/latest.pth"))
    }

    @Test("top-k beyond the classes is clamped with a warning, and a loader needs no workers")
    func v15_topIsClampedAndNoWorkersWork() throws {
        let tool = try Tool()
        let run = try tool.train(
            ["--work-dir", "work"],
            [
                "runner.max_epochs=1", "evaluation.metric_options.topk=(1, 20)",
                "data.workers_per_gpu=0", "data.persistent_workers=True",
            ])
        #expect(run.exitCode == 0)
        #expect(run.errors.contains("accuracy_top-20: 100.0000"))
        #expect(
            run.errors.contains(
                "topk: there are 10 classes, top-20 counts as top-10; use at most 10"))
    }

    @Test("--dry-run forecasts and writes nothing")
    func dryRun() throws {
        let tool = try Tool()
        let run = try tool.train(["--dry-run"], [])
        #expect(run.exitCode == 0)
        let starts = run.output.split(separator: "\n").map { $0.prefix { $0 != ":" } }
        #expect(starts == ["train", "evaluation", "time to the end", "checkpoints", "peak memory"])
        #expect(tool.folder.names("") == tool.folder.names("").filter { $0.hasPrefix("stderr") })
    }
}

extension Tool {
    func callAsFunction(_ arguments: [String]) throws -> Result { try finish(start(arguments)) }

    /// Trains the small digits net with further options and settings.
    func train(_ options: [String], _ settings: [String]) throws -> Result {
        try self(["train", Tool.config] + options + Tool.small + settings)
    }

    /// The weights of a checkpoint, bit for bit.
    func weights(_ file: String) throws -> [String: [Float]] {
        let checkpoint = try TorchFile.read(path: "\(folder.path)/\(file)")
        var weights: [String: [Float]] = [:]
        for (name, value) in checkpoint["state_dict"]?.dictionary?.pairs ?? [] {
            guard let name = name.string, let tensor = value.tensor else { continue }
            weights[name] = try tensor.float32Values()
        }
        return weights
    }
}
