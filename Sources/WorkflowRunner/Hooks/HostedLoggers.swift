import ConfigCore

/// Hooks of the original that send logs to services on the internet, which this program does not.
enum HostedLoggers {
    static let names = [
        "ClearMLLoggerHook", "DvcliveLoggerHook", "MMClsWandbHook", "MlflowLoggerHook",
        "NeptuneLoggerHook", "PaviLoggerHook", "SegmindLoggerHook", "WandbLoggerHook",
    ]

    /// Adds them, so that a config that names one gets an answer.
    static func register(in registry: inout Registry<any Hook>) {
        for name in names {
            registry.register(name) { reader, _ in
                throw reader.failure(
                    "type", "\(name) needs a service that this program does not talk to",
                    remedy: "use TextLoggerHook or TensorboardLoggerHook, which write to work_dir")
            }
        }
    }
}
