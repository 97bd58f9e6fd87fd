public import ConfigCore

/// Hands a run's numbers and configs to its backends.
///
/// Source: MMEngine's `Visualizer`; `UniversalVisualizer` of MMPretrain is the same for numbers.
public final class Visualizer {
    /// What the run is called.
    public let name: String
    /// Where everything goes.
    public let backends: [any VisualizationBackend]

    /// A visualizer of these backends.
    public init(name: String, backends: [any VisualizationBackend]) {
        self.name = name
        self.backends = backends
    }

    /// Builds the visualizer of a config.
    ///
    /// - Parameters:
    ///   - config: `visualizer`; nil makes the one that writes to the run's own folder.
    ///   - path: The way to it, for messages.
    ///   - folder: The run's log folder; backends write to `vis_data` in it.
    ///   - name: What the run is called, where the config does not say.
    ///   - registry: The backends that may be named.
    /// - Throws: `ConfigError`.
    public convenience init(
        _ config: ConfigNode?, at path: String = "visualizer", folder: String, name: String,
        registry: Registry<any VisualizationBackend> = .standardVisualizationBackends()
    ) throws {
        let config = config.flatMap { $0.isNull ? nil : $0 }
        let standard: ConfigNode = ["vis_backends": [["type": "LocalVisBackend"]]]
        let parts = try (config ?? standard).decode(at: path) { reader in
            let type = try reader.value("type", default: "Visualizer")
            let known = ["Visualizer", "UniversalVisualizer"]
            guard known.contains(where: { type.split(separator: ".").last == $0[...] }) else {
                throw reader.unknownName("type", type, among: known)
            }
            // How images are drawn, which runs do not do.
            reader.ignore("fig_save_cfg", "fig_show_cfg", "image")
            let own: String? = try reader.optional("save_dir")
            var context = BuildContext()
            context.provide(VisualizationFolder(path: "\(own ?? folder)/vis_data"))
            return (
                try reader.value("name", default: name),
                try reader.buildList("vis_backends", from: registry, context) ?? []
            )
        }
        self.init(name: parts.0, backends: parts.1)
    }

    /// Writes the config of the run.
    public func addConfig(_ config: ConfigNode) throws {
        for backend in backends { try backend.addConfig(config) }
    }

    /// Writes one number.
    public func addScalar(_ name: String, _ value: Double, step: Int = 0) throws {
        for backend in backends { try backend.addScalar(name, .number(value), step: step) }
    }

    /// Writes a row of numbers; `file` names a further file that is to have it.
    public func addScalars(_ row: LogProcessor.Row, step: Int = 0, file: String? = nil) throws {
        for backend in backends { try backend.addScalars(row, step: step, file: file) }
    }

    /// Nothing more will come.
    public func close() { for backend in backends { backend.close() } }
}

/// Where backends write that name no folder of their own.
public struct VisualizationFolder: Sendable {
    /// The folder.
    public let path: String

    /// A folder.
    public init(path: String) { self.path = path }
}

extension Registry where Product == any VisualizationBackend {
    /// The backends that configs may name.
    public static func standardVisualizationBackends() -> Registry<any VisualizationBackend> {
        var registry = Registry<any VisualizationBackend>("visualization backend")
        registry.register("LocalVisBackend") { reader, context in
            if let node = reader.node("img_save_dir"), !node.isNull {
                throw reader.failure(
                    "img_save_dir", "runs write no images", remedy: "leave it out")
            }
            return try LocalVisBackend(from: &reader, folder: try Self.folder(&reader, context))
        }
        registry.register("TensorboardVisBackend") { reader, context in
            TensorboardVisBackend(folder: try Self.folder(&reader, context))
        }
        for name in [
            "AimVisBackend", "ClearMLVisBackend", "DVCLiveVisBackend", "MLflowVisBackend",
            "NeptuneVisBackend", "WandbVisBackend",
        ] {
            registry.register(name) { reader, _ in
                throw reader.failure(
                    "type", "\(name) needs a service that this program does not talk to",
                    remedy: "use LocalVisBackend or TensorboardVisBackend")
            }
        }
        return registry
    }

    private static func folder(_ reader: inout ConfigReader, _ context: BuildContext) throws
        -> String
    {
        let own: String? = try reader.optional("save_dir")
        return try own ?? context.value(VisualizationFolder.self).path
    }
}
