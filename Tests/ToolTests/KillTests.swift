import Foundation
import Testing
import TorchFile

/// A run that is ended from outside at many moments and must end in the same bits all the same.
struct KillCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let config: String
    let settings: [String]
    /// Ends the run halfway.
    let half: String

    static let all = [
        KillCase(
            testDescription: "by epochs", config: "resnet18_digits_workflow",
            settings: [
                "runner.max_epochs=4", "evaluation.save_best=auto",
                "checkpoint_config.max_keep_ckpts=2",
            ], half: "runner.max_epochs=2"),
        KillCase(
            testDescription: "by iterations", config: "resnet18_digits_iter",
            settings: [
                "runner.max_iters=24", "workflow=[('train', 5), ('val', 2)]",
                "evaluation.interval=6", "evaluation.save_best=auto",
                "checkpoint_config.interval=4",
            ], half: "runner.max_iters=12"),
    ]

    func arguments(_ folder: String, _ options: [String] = []) -> [String] {
        ["train", "\(Tool.root)/configs/digits/\(config).json", "--work-dir", folder] + options
            + Tool.small + settings
    }
}

/// The moments at which runs are ended are spread over the run.
///
/// `MMRUNNER_KILL_MOMENTS=20` tries twenty of them a case, where two are enough for every day.
@Suite("a run that is ended from outside") struct KillTests {
    static let moments =
        ProcessInfo.processInfo.environment["MMRUNNER_KILL_MOMENTS"].flatMap { Int($0) } ?? 2

    @Test("goes on with --auto-resume and ends in the same bits", arguments: KillCase.all)
    func sameBits(_ c: KillCase) throws {
        let tool = try Tool()
        let start = Date()
        let whole = try tool(c.arguments("whole"))
        let duration = Date().timeIntervalSince(start)
        #expect(whole.exitCode == 0)
        let expected = try tool.ending("whole/latest.pth")
        var failures: [String] = []
        for moment in 0..<Self.moments {
            // Fractions of the golden ratio are spread evenly whatever their number.
            let place = (Double(moment + 1) * 0.618_033_988_75).truncatingRemainder(dividingBy: 1)
            let signal = moment.isMultiple(of: 2) ? SIGKILL : SIGTERM
            let folder = "run\(moment)"
            let run = try tool.start(c.arguments(folder, ["--auto-resume"]))
            usleep(UInt32(duration * place * 1e6))
            kill(run.process.processIdentifier, signal)
            let first = try tool.finish(run)
            let rest = try tool(c.arguments(folder, ["--auto-resume"]))
            let ending = try? tool.ending("\(folder)/latest.pth")
            let isSame = rest.exitCode == 0 && ending == expected
            if !isSame {
                failures.append("\(signal) at \(place): \(first.exitCode) \(rest.errors)")
            }
        }
        #expect(failures == [])
    }

    @Test("by a full disk says so, and the last checkpoint is intact", arguments: KillCase.all)
    func fullDisk(_ c: KillCase) throws {
        let tool = try Tool()
        #expect(try tool(c.arguments("whole")).exitCode == 0)
        #expect(try tool(c.arguments("work") + [c.half]).exitCode == 0)
        let latest = "\(tool.folder.path)/work/latest.pth"
        let size = try #require(FileManager.default.contents(atPath: latest)).count
        let before = try tool.ending("work/latest.pth")

        let limited = try tool.runShell(
            "trap '' XFSZ; ulimit -f \(size / 2048); exec \"$@\"",
            c.arguments("work", ["--auto-resume"]))
        #expect(limited.exitCode == 65)
        let message = limited.errors.split(separator: "\n").last ?? ""
        #expect(message.hasPrefix("CheckpointHook (after_train_") || message.hasPrefix("EvalHook"))
        #expect(message.contains(".pth: cannot write: File too large"))
        #expect(try tool.ending("work/latest.pth") == before)
        #expect(!tool.folder.names("work").contains { $0.contains(".tmp") })

        #expect(try tool(c.arguments("work", ["--auto-resume"])).exitCode == 0)
        #expect(try tool.ending("work/latest.pth") == tool.ending("whole/latest.pth"))
    }

    @Test("SIGUSR1 saves a checkpoint, changes nothing and can be gone on from")
    func checkpointOnDemand() throws {
        let tool = try Tool()
        let c = KillCase.all[0]
        #expect(try tool(c.arguments("whole")).exitCode == 0)
        let run = try tool.start(c.arguments("work"))
        while run.process.isRunning, !tool.folder.names("work").contains("epoch_1.pth") {
            usleep(1000)
        }
        kill(run.process.processIdentifier, SIGUSR1)
        let result = try tool.finish(run)
        #expect(result.exitCode == 0)
        let saved = try #require(tool.folder.names("work").first { $0.hasPrefix("iter_") })
        #expect(
            result.errors.contains(
                "INFO - Saved a checkpoint as asked: \(tool.folder.path)/work/\(saved)\n"))
        let expected = try tool.ending("whole/latest.pth")
        #expect(try tool.ending("work/latest.pth") == expected)
        #expect(try tool(c.arguments("rest", ["--resume-from", "work/\(saved)"])).exitCode == 0)
        #expect(try tool.ending("rest/latest.pth") == expected)
    }

    @Test("the end of the terminal is like SIGTERM, but not under nohup")
    func hangup() throws {
        let tool = try Tool()
        for isIgnored in [false, true] {
            let c = KillCase.all[0]
            let folder = isIgnored ? "nohup" : "plain"
            let run = try tool.startShell(
                "\(isIgnored ? "trap '' HUP; " : "")exec \"$@\"", c.arguments(folder))
            while run.process.isRunning, !tool.folder.names(folder).contains("epoch_1.pth") {
                usleep(1000)
            }
            kill(run.process.processIdentifier, SIGHUP)
            let result = try tool.finish(run)
            #expect(result.exitCode == (isIgnored ? 0 : 129))
            #expect(result.errors.contains("interrupted: saved ") == !isIgnored)
        }
    }

    @Test("a second signal ends the run at once and leaves the last checkpoint intact")
    func secondSignal() throws {
        let tool = try Tool()
        let run = try tool.start(
            ["train", Tool.config, "--work-dir", "work"] + Tool.small + ["runner.max_epochs=400"])
        while run.process.isRunning, !tool.folder.names("work").contains("epoch_2.pth") {
            usleep(1000)
        }
        for _ in 0..<2 {
            kill(run.process.processIdentifier, SIGTERM)
            usleep(300)
        }
        #expect(try tool.finish(run).exitCode == 143)
        #expect(try tool.weights("work/latest.pth").isEmpty == false)
    }
}

extension Tool {
    /// What the ends of two runs must agree in, bit for bit.
    func ending(_ file: String) throws -> [String: [UInt32]] {
        let checkpoint = try TorchFile.read(path: "\(folder.path)/\(file)")
        var ending: [String: [UInt32]] = [:]
        func add(_ name: String, _ value: TorchValue) throws {
            if let tensor = value.tensor {
                ending[name] = try tensor.float32Values().map(\.bitPattern)
            } else if let number = value.double {
                ending[name] = [Float(number).bitPattern]
            }
            for (key, inner) in value.dictionary?.pairs ?? [] { try add("\(name).\(key)", inner) }
            for (place, inner) in (value.elements ?? []).enumerated() {
                try add("\(name)[\(place)]", inner)
            }
        }
        for key in ["state_dict", "optimizer"] { try add(key, checkpoint[key] ?? .none) }
        for key in ["epoch", "iter"] { try add(key, checkpoint["meta"]?[key] ?? .none) }
        try add("best", checkpoint["meta"]?["hook_msgs"]?["best_score"] ?? .none)
        return ending
    }

    /// Runs the program through a shell, which sets limits or signals first.
    func runShell(_ script: String, _ arguments: [String]) throws -> Result {
        try finish(startShell(script, arguments))
    }

    func startShell(_ script: String, _ arguments: [String]) throws -> (
        process: Process, output: Pipe, errors: String
    ) {
        try start(
            ["-c", script, "sh", Self.program.path] + arguments,
            program: URL(fileURLWithPath: "/bin/bash"))
    }
}
