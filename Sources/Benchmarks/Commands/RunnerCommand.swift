import ArgumentParser
import TensorCore

/// Times what a runner adds to an iteration.
struct RunnerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runner",
        abstract: "Times what EpochBasedRunner adds to an iteration.",
        discussion: "The model is empty; the hooks are those of learning rate, timer and text log.")

    @Option(help: "Iterations of an epoch.")
    var iterations = 2000
    @Flag(help: "Go backward and step, too.")
    var optimizerHook = false
    @Option(help: "A Python with mmcv 1.x; its runner then does the same in turn.")
    var python: String?
    @OptionGroup var repetition: RepetitionOptions

    func validate() throws {
        if iterations < 1 { throw ValidationError("--iterations must be at least 1") }
    }

    func run() throws {
        let device = try Device()
        let report = try Report(repetition.format, Machine(device))
        let workload = RunnerWorkload(iterations: iterations, hasOptimizerHook: optimizerHook)
        let peers = python.map { [workload.peer(python: $0)] } ?? []
        let outcome = try withScratchFolder { folder in
            try repetition.contest.run(against: peers) {
                try workload.epoch(device, in: folder)
            }
        }
        try report.add(workload.work, outcome)
    }
}
