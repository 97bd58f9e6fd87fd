import ArgumentParser

/// Measures the speed of the program's parts, beside the same work in PyTorch where it is installed.
struct BenchmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark",
        abstract: "Measures speed, beside PyTorch where it is installed.",
        subcommands: [TrainStepCommand.self])
}

BenchmarkCommand.main()
