import ArgumentParser
import Experiments
import TensorCore

/// Times checkpoint files.
struct CheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Times saving a model's state to a file and loading it again.")

    @Option(help: "A model; ResNet-18 and ResNet-50 by default.")
    var model: ModelShape?
    @Option(help: "Where the files go. [default: the folder for temporary files]")
    var folder: String?
    @Flag(help: "Run torch.save and torch.load in turn, and print their time in units of ours.")
    var againstPytorch = false
    @OptionGroup var interpreter: PythonOption
    @OptionGroup var repetition: RepetitionOptions

    func run() throws {
        let device = try Device()
        let report = try Report(repetition.format, Machine(device))
        let standard = [18, 50].map { ModelShape(isForSmallImages: false, depth: $0) }
        try withScratchFolder(in: folder) { folder in
            for model in self.model.map({ [$0] }) ?? standard {
                let workload = try CheckpointWorkload(model, device, folder: folder)
                for operation in CheckpointWorkload.Operation.allCases {
                    let peers =
                        againstPytorch
                        ? [workload.peer(operation, python: interpreter.python)] : []
                    let outcome = try repetition.contest.run(against: peers) {
                        try secondsTaken { try workload.perform(operation) }
                    }
                    try report.add(workload.work(operation), outcome)
                }
            }
        }
    }
}
