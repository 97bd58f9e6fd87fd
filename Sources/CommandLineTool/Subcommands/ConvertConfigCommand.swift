import ArgumentParser
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
        let notes = try ConfigFile.convert(input, to: output, replacing: force)
        for note in notes {
            try? FileHandle.standardError.write(contentsOf: Data("note: \(note)\n".utf8))
        }
    }
}
