import ArgumentParser
import Foundation

/// Times the data loader.
struct LoaderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loader",
        abstract: "Times a pass of the data loader over a folder of PNG files.")

    @Option(
        help: ArgumentHelp(
            "The folder; files of folders below it count. [default: datasets/digits]",
            valueName: "folder"))
    var data: String?
    @Option(
        name: [.customLong("batch"), .customLong("batch-size")], help: "Images of a batch.")
    var batch = 64
    @Option(help: "Resize images to this height and width.")
    var size: Int?
    @Option(help: "Cut this height and width at random, after padding by 4.")
    var crop: Int?
    @Option(help: ArgumentHelp("Numbers of worker threads.", valueName: "counts"))
    var workers = WorkerCounts([0, 1, 2, 4])
    @Option(help: "A Python with mmcls 0.x; its loader then reads the same folder in turn.")
    var python: String?
    @OptionGroup var repetition: RepetitionOptions

    func validate() throws {
        if batch < 1 || size ?? 1 < 1 || crop ?? 1 < 1 {
            throw ValidationError("--batch, --size and --crop must be at least 1")
        }
    }

    func run() throws {
        let folder = try data ?? ProgramFiles.find("datasets/digits", option: "--data")
        let workload = try LoaderWorkload(
            folder: folder, batch: batch, size: size, crop: crop)
        let report = try Report(repetition.format, Machine())
        for count in workers.counts {
            let pass = workload.pass(workers: count)
            let peers = python.map { [workload.peer(python: $0, workers: count)] } ?? []
            let outcome = try repetition.contest.run(against: peers) {
                try secondsTaken { try pass() }
            }
            try report.add(workload.work(workers: count), outcome)
        }
    }
}

/// Numbers of workers, as they are listed on the command line.
struct WorkerCounts: ExpressibleByArgument, CustomStringConvertible {
    let counts: [Int]
    var description: String { counts.map(String.init).joined(separator: ",") }

    init(_ counts: [Int]) { self.counts = counts }

    init?(argument: String) {
        let words = argument.split(separator: ",")
        counts = words.compactMap { Int($0) }.filter { $0 >= 0 }
        if counts.isEmpty || counts.count != words.count { return nil }
    }
}
