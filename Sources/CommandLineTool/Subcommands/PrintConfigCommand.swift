import ArgumentParser
import Experiments
import Foundation

struct PrintConfigCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "print-config",
        abstract:
            "Prints a config with its bases and changes, where its values come from, or the calendar of its run.",
        discussion: """
            What is printed as Python or YAML reads back to the same values; JSON has no tuples and \
            prints lists. With --explain every value stands beside the file and line that set it, and \
            below it what it overrode. --cfg-options changes the config itself, not the one it is \
            compared with by --diff.
            """)

    @OptionGroup var config: ConfigArguments

    @Option(
        help: ArgumentHelp(
            "How to write values: \(PrintedConfig.formats.joined(separator: ", ")); by default as the config file does.",
            valueName: "notation"), transform: Self.format)
    var format: String?
    @Flag(help: "Prints where every value was set, and what it overrode.")
    var explain = false
    @Option(
        help: ArgumentHelp(
            "Prints what was added, removed and changed in another config.", valueName: "other"))
    var diff: String?
    @Flag(
        help: "Prints when the run trains, validates, evaluates and saves, and its learning rate.")
    var workflow = false

    func validate() throws {
        let chosen =
            (explain ? ["--explain"] : []) + (diff == nil ? [] : ["--diff"])
            + (workflow ? ["--workflow"] : [])
        if chosen.count > 1 {
            throw ValidationError(
                "\(chosen.joined(separator: " and ")) are different pictures; ask for one")
        }
    }

    private static func format(_ name: String) throws -> String {
        guard PrintedConfig.formats.contains(name) else {
            let known = PrintedConfig.formats.joined(separator: ", ")
            throw ValidationError("\"\(name)\" is none of \(known)")
        }
        return name
    }

    func run(_ registries: Registries) throws {
        let loaded = try ConfigFile.load(config.config, overrides: config.overrides)
        warn(ConfigFile.warnings(loaded))
        let printed = PrintedConfig(loaded, format: format)
        let text: String
        if explain {
            text = try printed.explanation()
        } else if let diff {
            let other = try ConfigFile.load(diff)
            warn(ConfigFile.warnings(other))
            text = printed.differences(to: other)
        } else if workflow {
            let calendar = try printed.calendar(registries, allowsUnknown: config.allowUnknown)
            warn(calendar.warnings)
            text = calendar.text
        } else {
            text = try printed.text()
        }
        print(text, terminator: "")
    }

    private func warn(_ messages: [String]) {
        for message in messages {
            try? FileHandle.standardError.write(contentsOf: Data("warning: \(message)\n".utf8))
        }
    }
}
