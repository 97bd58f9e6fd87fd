import ArgumentParser
import Experiments
import Foundation

struct AnalyzeLogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze-logs",
        abstract: "Draws what runs have logged, or sums up how long their iterations took.",
        discussion: """
            Logs are MMCV's .log.json files, scalars.json files as MMEngine writes them, or work \
            directories, whose newest log is meant.
            """,
        subcommands: [PlotCurveCommand.self, TrainTimeCommand.self])
}

struct PlotCurveCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "plot_curve", abstract: "Draws curves of logged numbers into one picture.",
        discussion: """
            A number that both training and validation log is drawn of training; val/<key> draws the \
            other.
            """)

    @Argument(help: "The logs.")
    var logs: [String]
    @Option(parsing: .upToNextOption, help: "The numbers to draw of every log.")
    var keys = ["loss"]
    @Option(
        parsing: .upToNextOption,
        help: "What the curves are called, log by log; by default <log>_<key>.")
    var legend: [String] = []
    @Option(help: "What stands above.")
    var title: String?
    @Option(help: "The file to write, .png or .svg.")
    var out: String?
    @Option(help: "whitegrid, or white for one without grid.")
    var style = PlotStyle.whitegrid
    @Option(help: "The picture's size: width*height, each unit 100 pixels.")
    var windowSize = WindowSize(width: 12, height: 7)
    @Option(help: "Accepted: there is one way to draw.")
    var backend: String?

    func validate() throws {
        guard out != nil else {
            throw ValidationError(
                "--out: there is no window to show curves in; name a .png or .svg file")
        }
    }

    func run(_ registries: Registries) throws {
        let logs = try logs.map { try TrainingLog($0) }
        for log in logs where log.isCut {
            warn("\(log.path): the last line is cut off, left out")
        }
        let picture = try LogPicture(
            logs, keys: keys, legend: legend.isEmpty ? nil : legend, title: title,
            size: windowSize.pixels, hasGrid: style.hasGrid)
        for log in logs {
            for key in keys { print("plot curve of \(log.path), metric is \(key)") }
        }
        if let out {
            try picture.write(to: out)
            print("save curve to: \(out)")
        }
    }

    private func warn(_ message: String) {
        try? FileHandle.standardError.write(contentsOf: Data("warning: \(message)\n".utf8))
    }
}

struct TrainTimeCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "cal_train_time", abstract: "Sums up how long training iterations took.")

    @Argument(help: "The logs.")
    var logs: [String]
    @Flag(help: "Counts the first value of every epoch too.")
    var includeOutliers = false

    func run(_ registries: Registries) throws {
        for log in logs {
            for line in try TrainingLog(log).timeLines(includesOutliers: includeOutliers) {
                print(line)
            }
        }
    }
}
