import ConfigCore
import Foundation

/// A converted config that inherits as the original does: its bases are converted, too, into the same
/// places beside the output.
struct KeptBases {
    /// Keys of the legacy style, and those of the new one that are made of them.
    private static let parts: [(legacy: [String], new: [String])] = [
        (["model"], ["model"]),
        (
            ["data", "sampler"],
            ["data_preprocessor", "train_dataloader", "val_dataloader", "test_dataloader"]
        ),
        (["evaluation"], ["val_cfg", "test_cfg", "val_evaluator", "test_evaluator"]),
        (["optimizer", "optimizer_config", "fp16"], ["optim_wrapper"]),
        (["lr_config", "momentum_config"], ["param_scheduler"]),
        (["runner", "total_epochs", "workflow"], ["train_cfg"]),
        (
            ["checkpoint_config", "log_config", "timer_config"],
            ["default_hooks", "visualizer", "log_processor", "default_scope"]
        ),
        (["custom_hooks", "profiler_config"], ["custom_hooks"]),
        (["load_from", "resume_from"], ["load_from", "resume"]),
        (["log_level"], ["log_level"]), (["dist_params", "cudnn_benchmark"], ["env_cfg"]),
        (["seed", "deterministic"], ["randomness"]),
    ]

    private let root: ConfigNode
    private let notation: ConfigNotation
    /// Converts a whole config.
    private let convert: (ConfigNode) throws -> ConfigNode
    private let style: ConfigStyle?
    var files: [(path: String, text: String)] = []

    init(
        _ root: ConfigNode, to style: ConfigStyle?, as notation: ConfigNotation,
        _ convert: @escaping (ConfigNode) throws -> ConfigNode
    ) {
        self.root = root
        self.style = style
        self.notation = notation
        self.convert = convert
    }

    /// Puts a file and those it inherits from into `files`, the deepest first.
    ///
    /// - Parameters:
    ///   - file: The original.
    ///   - output: Where the conversion goes.
    ///   - contents: The whole converted config.
    /// - Throws: `ConfigError`, and `UsageError` where bases cannot be kept.
    mutating func add(_ file: String, to output: String, _ contents: ConfigNode) throws {
        var inherited = ConfigMapping()
        var names: [ConfigNode] = []
        for base in try Config.bases(of: file) {
            let name = Self.renamed(base.name, ending: notation)
            let path = Self.joined(output, name)
            let own = try part(Config.load(path: base.path).root).filter {
                inherited[$0.key] == nil
            }
            guard !own.isEmpty else { continue }
            for (key, value) in own { inherited[key] = value }
            names.append(ConfigNode(.string(name)))
            if !files.contains(where: { $0.path == path }) {
                try add(base.path, to: path, ConfigNode(.mapping(ConfigMapping(Array(own)))))
            }
        }
        guard
            var delta = ConfigDelta.delta(from: inherited, to: contents.mapping ?? ConfigMapping())
        else {
            throw UsageError(
                "\(file): a key of its bases is not in the conversion, which a config cannot say; pass --flatten"
            )
        }
        if !names.isEmpty {
            let list = ConfigNode(names.count == 1 ? names[0].value : .list(names))
            delta = ConfigMapping([(key: "_base_", node: list)] + delta)
        }
        files.append(
            (output, try ConfigWriter.text(ConfigNode(.mapping(delta)), as: notation)))
    }

    /// What a base says, converted as a part of the whole config.
    private func part(_ base: ConfigNode) throws -> ConfigMapping {
        let entries = base.mapping ?? ConfigMapping()
        guard let style else { return entries }
        let whole = entries.reduce(root) { $0.setting($1.key, to: $1.node) }
        guard let converted = try? convert(whole) else { return ConfigMapping() }
        let keys = Self.parts.flatMap { part -> [String] in
            let (from, to) = style == .new ? (part.legacy, part.new) : (part.new, part.legacy)
            return from.contains { entries[$0] != nil } ? to : []
        }
        return ConfigMapping(
            (converted.mapping ?? ConfigMapping()).filter { keys.contains($0.key) })
    }

    private static func renamed(_ name: String, ending: ConfigNotation) -> String {
        let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
        return "\(stem).\(ending.rawValue)"
    }

    private static func joined(_ output: String, _ name: String) -> String {
        let folder = URL(fileURLWithPath: output).deletingLastPathComponent()
        return folder.appending(path: name).standardizedFileURL.path
    }
}
