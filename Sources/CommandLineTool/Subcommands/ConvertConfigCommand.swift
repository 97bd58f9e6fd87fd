import ArgumentParser
import Experiments
import Foundation

struct ConvertConfigCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "convert-config",
        abstract:
            "Converts a config between the legacy and the new style, or into another notation.",
        discussion: """
            The notation follows the output's ending: .py, .json, .yaml. What was renamed, dropped or \
            means something else is printed, and written as comments or, for JSON, beside the output as \
            .report.txt. A schedule that the other style cannot express is refused with the largest \
            deviation of the nearest one.
            """)

    @Argument(help: "The config.")
    var input: String
    @Argument(help: "The file to write.")
    var output: String
    @Option(
        help: ArgumentHelp(
            "What to write: the new style (MMEngine), the legacy one (MMCV 1.x), or keep the config's.",
            valueName: "new|legacy|keep"), transform: Self.target)
    var to = ConfigTarget.new
    @Flag(help: "Replaces the output if it exists.")
    var force = false
    @Flag(
        help:
            "The output inherits from conversions of the bases, which stand beside it as the original's do."
    )
    var keepBases = false
    @Flag(help: "The output stands alone, as it does by default.")
    var flatten = false
    @Flag(help: "Takes the nearest schedule where the other style cannot express one exactly.")
    var allowApproximate = false
    @Option(
        help: ArgumentHelp(
            "The iterations of an epoch, for schedules that need it where data.train is not here.",
            valueName: "iterations"))
    var epochLength: Int?

    @Option(
        help: ArgumentHelp(
            "Trains the original and the conversion for some iterations and compares the bits.",
            valueName: "iterations"))
    var check: Int?

    func validate() throws {
        if let check, check < 1 {
            throw ValidationError("--check: expected a positive number, got \(check)")
        }
        if flatten && keepBases {
            throw ValidationError("--flatten and --keep-bases are opposites; give one")
        }
        if let epochLength, epochLength < 1 {
            throw ValidationError("--epoch-length: expected a positive number, got \(epochLength)")
        }
    }

    private static func target(_ name: String) throws -> ConfigTarget {
        guard let target = ConfigTarget(rawValue: name) else {
            let known = ConfigTarget.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\"\(name)\" is none of \(known)")
        }
        return target
    }

    func run(_ registries: Registries) throws {
        let converted = try ConvertedConfig(
            input, to: to,
            StyleConversion.Options(
                allowsApproximate: allowApproximate, epochLength: epochLength), registries)
        for warning in converted.warnings {
            try? FileHandle.standardError.write(contentsOf: Data("warning: \(warning)\n".utf8))
        }
        let files = try converted.files(for: output, keepsBases: keepBases)
        try WholeFiles.write(files, replacing: force)
        if !converted.report.rows.isEmpty {
            print(converted.report.lines.joined(separator: "\n") + "\n")
        }
        print("written: \(files.map(\.path).joined(separator: ", "))")
        if let check { print("check: \(try converted.check(iterations: check, registries))") }
    }
}
