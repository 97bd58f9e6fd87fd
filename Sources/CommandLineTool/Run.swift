import ArgumentParser
public import Experiments
import Foundation

/// Runs the program: parses arguments, executes the subcommand, reports what went wrong.
///
/// A program with components of its own calls it with registries that hold them and offers the same
/// commands.
///
/// - Parameters:
///   - arguments: The words after the program's name.
///   - registries: The components that configs may name.
/// - Returns: The exit code: 0, 64 for usage or config, 65 for data, 130 after Ctrl-C, 1 otherwise.
public func run(arguments: [String], registries: Registries = .standard()) -> Int32 {
    do {
        var command = try RootCommand.parseAsRoot(withResumeValue(arguments))
        if let subcommand = command as? any Subcommand {
            try subcommand.run(registries)
        } else {
            try command.run()
        }
        return 0
    } catch {
        return Failure(error).report(by: RootCommand.self)
    }
}

/// Gives `--resume` its value where nothing follows that could be one.
private func withResumeValue(_ arguments: [String]) -> [String] {
    guard arguments.first == "train", let place = arguments.firstIndex(of: "--resume"),
        arguments.dropFirst(place + 1).first.map({ $0.hasPrefix("-") }) ?? true
    else { return arguments }
    var arguments = arguments
    arguments.insert(TrainCommand.newest, at: place + 1)
    return arguments
}

/// A command that builds components.
protocol Subcommand: ParsableCommand {
    func run(_ registries: Registries) throws
}

extension Subcommand {
    /// Executed through `run(_:)`, which gets the registries.
    func run() throws { try run(.standard()) }
}

struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mmrunner",
        abstract: "Trains image classifiers from MMCV 1.x configs.",
        subcommands: [
            TrainCommand.self, TestCommand.self, PrintConfigCommand.self, ConvertConfigCommand.self,
            PublishModelCommand.self, PredictCommand.self, EvalMetricCommand.self,
            GetFlopsCommand.self, KFoldCrossValidCommand.self, VerifyDatasetCommand.self,
            BrowseDatasetCommand.self, VisLRCommand.self, AnalyzeLogsCommand.self,
            AnalyzeResultsCommand.self, NewProjectCommand.self,
        ])
}
