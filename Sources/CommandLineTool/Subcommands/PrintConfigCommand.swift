import ArgumentParser
import ConfigCore
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
        let loaded = try config.load()
        for warning in loaded.warnings {
            FileHandle.standardError.write(Data("warning: \(warning.message)\n".utf8))
        }
        if workflow {
            print(try RunCalendar(loaded.root, registries).description)
        } else {
            print(ConfigWriter.json(loaded.root))
        }
    }
}
