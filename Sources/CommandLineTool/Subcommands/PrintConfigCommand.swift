import ArgumentParser
import Experiments
import Foundation

struct PrintConfigCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "print-config",
        abstract: "Prints a config with its bases and changes, or the calendar of its run.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case json
    }

    @OptionGroup var config: ConfigArguments

    @Option(help: "How to print it.")
    var format = Format.json
    @Flag(help: "Prints when the run trains, validates, evaluates and saves.")
    var workflow = false

    func run(_ registries: Registries) throws {
        let loaded = try ConfigFile.load(config.config, overrides: config.overrides)
        for warning in ConfigFile.warnings(loaded) {
            try? FileHandle.standardError.write(contentsOf: Data("warning: \(warning)\n".utf8))
        }
        print(workflow ? try ConfigFile.calendar(loaded) : ConfigFile.json(loaded))
    }
}
