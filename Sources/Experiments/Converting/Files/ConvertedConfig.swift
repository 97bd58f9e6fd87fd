public import ConfigCore
import Foundation

/// A config file in another style or notation, ready to be written.
public struct ConvertedConfig {
    /// The converted config, its bases merged.
    public let config: ConfigNode
    /// What was renamed, dropped or means something else.
    public let report: ConversionReport
    /// What the user should know of the original.
    public let warnings: [String]
    private let source: LoadedConfig
    private let target: ConfigTarget
    private let convert: (ConfigNode) throws -> ConfigNode

    /// Reads a file and converts it; nothing is written yet.
    ///
    /// Errors: throws `ConfigError`, or `UsageError` where the file has the wanted style already.
    public init(
        _ file: String, to target: ConfigTarget, _ options: StyleConversion.Options,
        _ registries: Registries
    ) throws {
        let loaded = try Config.load(path: file)
        warnings = ConfigFile.warnings(loaded)
        source = loaded
        self.target = target
        guard let style = target.style else {
            convert = { $0 }
            (config, report) = (loaded.root, ConversionReport())
            return
        }
        guard try ConfigStyle(loaded.root) != style else {
            throw UsageError(
                "\(file): this is a \(style == .new ? "new-style" : "legacy") config already; pass "
                    + "--to \(style == .new ? "legacy" : "new"), or --to keep for another notation")
        }
        convert = { try StyleConversion($0, to: style, options, registries).config }
        let conversion = try StyleConversion(loaded.root, to: style, options, registries)
        (config, report) = (conversion.config, conversion.report)
    }

    /// The files to write for an output: the config, and for JSON its report beside it.
    ///
    /// - Parameters:
    ///   - output: The config's file.
    ///   - keepsBases: Whether it inherits from conversions of the original's bases, which stand beside it as
    ///     those do beside the original; those that are there already and say the same are left out.
    /// - Returns: Paths and contents.
    /// - Throws: `UsageError` for an ending that is no notation, `ConfigError` for a key that the notation
    ///   cannot have.
    public func files(for output: String, keepsBases: Bool = false) throws -> [(
        path: String, text: String
    )] {
        guard let notation = ConfigNotation(file: output) else {
            throw UsageError("\(output): configs are written as .py, .json, .yaml and .yml")
        }
        var bases: [(path: String, text: String)] = []
        var text = try ConfigWriter.text(config, as: notation)
        if keepsBases, let file = source.files.first {
            var kept = KeptBases(source.root, to: target.style, as: notation, convert)
            try kept.add(file, to: output, config)
            text = kept.files.removeLast().text
            bases = kept.files.filter {
                (try? String(contentsOfFile: $0.path, encoding: .utf8)) != $0.text
            }
        }
        guard !report.rows.isEmpty else { return [(output, text)] + bases }
        if notation == .json {
            let stem = URL(fileURLWithPath: output).deletingPathExtension().relativePath
            let report = (heading + report.lines).joined(separator: "\n") + "\n"
            return [(output, text), ("\(stem).report.txt", report)] + bases
        }
        let comments = (heading + report.lines).map { $0.isEmpty ? "#" : "# \($0)" }
        return [(output, (comments + ["", text]).joined(separator: "\n"))] + bases
    }

    /// Trains the original and this for some iterations, and says whether they come to the same bits.
    ///
    /// Errors: throws `UsageError` naming the side that cannot be trained.
    public func check(iterations: Int, _ registries: Registries) throws -> String {
        try ConversionCheck.result(source, config, iterations: iterations, registries)
    }

    private var heading: [String] {
        let file = URL(fileURLWithPath: source.files.first ?? "").lastPathComponent
        let style = target == .new ? "new" : "legacy"
        return [
            "Converted from \(file) to the \(style) style by tools/convert-config.",
            "What is not the same under the same name:", "",
        ]
    }
}
