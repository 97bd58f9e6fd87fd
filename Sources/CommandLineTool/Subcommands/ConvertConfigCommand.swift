import ArgumentParser
import ConfigCore
import Experiments
import Foundation

struct ConvertConfigCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "convert-config",
        abstract: "Converts a legacy config into the new style of MMEngine and MMPretrain.")

    @Argument(help: "The legacy config.")
    var input: String
    @Argument(help: "The new-style config to write, a .json file.")
    var output: String
    @Flag(help: "Replaces the output file if it exists.")
    var force = false

    func validate() throws {
        if !output.hasSuffix(".json") {
            throw ValidationError("\(output): only .json is written; choose such a name")
        }
    }

    func run(_ registries: Registries) throws {
        if !force && FileManager.default.fileExists(atPath: output) {
            throw UsageError("\(output): the file exists; pass --force to replace it")
        }
        let converted = try LegacyToNewStyle.convert(Config.load(path: input).root)
        try Data((ConfigWriter.json(converted.config) + "\n").utf8).write(
            to: URL(fileURLWithPath: output), options: .atomic)
        for note in converted.notes {
            FileHandle.standardError.write(Data("note: \(note)\n".utf8))
        }
    }
}
