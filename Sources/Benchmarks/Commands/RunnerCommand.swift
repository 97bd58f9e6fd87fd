import ArgumentParser
import TensorCore

/// Times what a runner adds to an iteration.
struct RunnerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runner",
        abstract: "Times iterations of EpochBasedRunner with the usual hooks and an empty model.")

    @Option(help: "Iterations of an epoch.")
    var iterations = 2000
    @Option(help: "A Python with mmcv 1.x; its runner then does the same in turn.")
    var python: String?
    @OptionGroup var repetition: RepetitionOptions

    func validate() throws {
        if iterations < 1 { throw ValidationError("--iterations must be at least 1") }
    }

    func run() throws {
        let device = try Device()
        let report = try Report(repetition.format, Machine(device))
        let workload = RunnerWorkload(iterations: iterations)
        let peers = python.map { [workload.peer(python: $0)] } ?? []
        let outcome = try withScratchFolder { folder in
            try repetition.contest.run(against: peers) {
                try workload.epoch(device, in: folder)
            }
        }
        try report.add(workload.work, outcome)
    }
}
