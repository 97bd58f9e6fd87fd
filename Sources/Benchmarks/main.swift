import ArgumentParser
import Experiments
import Foundation

/// Measures the speed of the program's parts, beside the same work in PyTorch where it is installed.
struct BenchmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark",
        abstract: "Measures speed, beside PyTorch where it is installed.",
        subcommands: [
            TrainStepCommand.self, EvalStepCommand.self, LoaderCommand.self, RunnerCommand.self,
            StartupCommand.self, CheckpointCommand.self,
        ])
}

do {
    var command = try BenchmarkCommand.parseAsRoot()
    try command.run()
} catch {
    guard let diagnosis = Diagnosis(error) else { BenchmarkCommand.exit(withError: error) }
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(diagnosis.exitCode)
}
