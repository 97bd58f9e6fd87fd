public import ConfigCore

/// Builds any component from its config, by the name under `type`.
///
/// Source: MMCV's `build_from_cfg`.
///
/// - Parameters:
///   - config: The component's config.
///   - registry: The components that may be named.
///   - path: The way to the config, for messages.
///   - context: What the component's factory may ask for.
/// - Returns: The component.
/// - Throws: `ConfigError` for a bad config; whatever the factory throws.
public func buildFromConfig<Product>(
    _ config: ConfigNode, _ registry: Registry<Product>, at path: String = "",
    context: BuildContext = BuildContext()
) throws -> Product {
    try registry.build(config, at: path, context)
}
