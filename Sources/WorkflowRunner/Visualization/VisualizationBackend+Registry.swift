public import ConfigCore

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
            try LocalVisBackend(from: &reader, folder: try Self.folder(&reader, context))
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
