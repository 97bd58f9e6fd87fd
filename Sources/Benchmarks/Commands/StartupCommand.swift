import ArgumentParser
import Experiments
import Foundation

/// Times how long the program takes to start.
struct StartupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "startup",
        abstract: "Times the start of the program, and of the program printing a config.")

    @Option(help: "The program. [default: the mmrunner beside this one]")
    var program: String?
    @Option(
        help: ArgumentHelp(
            "The config to print. [default: configs/digits/resnet18_digits.json]",
            valueName: "config"))
    var config: String?
    @Option(help: "A Python with mmcv 1.x, which then does the same in turn.")
    var python: String?
    @OptionGroup var repetition: RepetitionOptions

    func run() throws {
        let program = self.program ?? ProgramFiles.sibling("mmrunner")
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw UsageError("\(program): no such program; give another with --program")
        }
        let config = try URL(
            fileURLWithPath: self.config
                ?? ProgramFiles.find("configs/digits/resnet18_digits.json", option: "--config")
        ).path
        let report = try Report(repetition.format, Machine())
        let starts = [
            Start(
                name: "help", arguments: ["--help"], peer: "import mmcv",
                script: "import mmcv"),
            Start(
                name: "print-config", arguments: ["print-config", config], peer: "Config.fromfile",
                script: "import sys, mmcv; print(mmcv.Config.fromfile(sys.argv[1]).dump())"),
        ]
        for start in starts {
            let peers = python.map { [start.peer(python: $0, config: config)] } ?? []
            let outcome = try repetition.contest.run(against: peers) {
                try FinishedProcess(program, start.arguments).requireSuccess(of: program)
            }
            let work = Work(
                benchmark: "startup", title: "startup: \(start.name)",
                fields: ["command": start.name], amount: .one)
            try report.add(work, outcome)
        }
    }
}

/// A command of ours and a Python program that does as much.
private struct Start {
    let name: String
    let arguments: [String]
    let peer: String
    let script: String

    func peer(python: String, config: String) -> Peer {
        Peer(library: "mmcv", name: peer) {
            let version = try FinishedProcess.python(
                python, "import mmcv; print(mmcv.__version__)")
            let text = version.output.trimmingCharacters(in: .whitespacesAndNewlines)
            return StartedAnew(
                version: "mmcv \(text)", python: python, script: script, argument: config)
        }
    }
}

/// A Python program that is started for each repetition.
private struct StartedAnew: Opponent {
    let version: String
    let python: String
    let script: String
    let argument: String

    func step() throws -> Turn {
        let run = try FinishedProcess.python(python, script, argument)
        return Turn(seconds: run.seconds, peakBytes: nil)
    }
}
