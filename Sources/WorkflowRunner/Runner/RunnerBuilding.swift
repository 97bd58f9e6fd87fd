public import ConfigCore
import Logging

extension Registry where Product == BaseRunner {
    /// The runners that configs may name.
    public static func standardRunners() -> Registry<BaseRunner> {
        var registry = Registry<BaseRunner>("runner")
        registry.register("EpochBasedRunner", epochBased)
        registry.register("IterBasedRunner") { reader, context in
            try IterBasedRunner(
                context.value(RunnerDefaults.self),
                maxIterations: try reader.optional("max_iters"))
        }
        registry.register("Runner") { reader, context in
            let defaults = try context.value(RunnerDefaults.self)
            defaults.logger.warning("Runner was deprecated, please use EpochBasedRunner instead")
            return try epochBased(&reader, context)
        }
        return registry
    }

    private static func epochBased(_ reader: inout ConfigReader, _ context: BuildContext) throws
        -> BaseRunner
    {
        let maxEpochs: Int? = try reader.optional("max_epochs")
        // A limit of the other kind is told when the run begins, as the original does.
        let maxIterations: Int? = try reader.optional("max_iters")
        return try EpochBasedRunner(
            context.value(RunnerDefaults.self), maxEpochs: maxEpochs, maxIterations: maxIterations)
    }
}

/// Builds the runner that a config describes, such as `{"type": "EpochBasedRunner", "max_epochs": 20}`.
///
/// - Parameters:
///   - config: The mapping.
///   - path: The way to it, for messages.
///   - defaults: What the runner is given beside its limits; factories find it in their context.
///   - registry: The runners that the config may name.
/// - Returns: The runner.
/// - Throws: `ConfigError` for a bad config; whatever the runner's factory throws.
public func buildRunner(
    _ config: ConfigNode, at path: String = "runner", defaults: RunnerDefaults,
    registry: Registry<BaseRunner> = .standardRunners()
) throws -> BaseRunner {
    guard config.mapping != nil else {
        throw ConfigError(at: config, path: path, expected: "a mapping with the key type")
    }
    if let constructor = config["constructor"], constructor.string != "DefaultRunnerConstructor" {
        throw ConfigError(
            at: constructor, path: ConfigPath.join(path, key: "constructor"),
            problem: "there is no runner constructor but DefaultRunnerConstructor",
            remedy: "register a runner of your own and name it under type")
    }
    var context = BuildContext()
    context.provide(defaults)
    return try registry.build(config.removing("constructor"), at: path, context)
}

/// MMCV's name of `buildRunner`.
@available(*, unavailable, renamed: "buildRunner(_:at:defaults:registry:)")
public func build_runner(_ config: ConfigNode, default_args: RunnerDefaults) -> BaseRunner {
    fatalError("unavailable")
}
