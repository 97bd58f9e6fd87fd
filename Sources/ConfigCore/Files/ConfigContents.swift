/// What stands in a config file, before what it inherits is known.
protocol ConfigContents {
    /// The value of `_base_`, if the file has one.
    mutating func baseNames() throws(ConfigError) -> ConfigNode?

    /// The file's own values, and its bases, which a Python file may change.
    mutating func values(
        on bases: ConfigMapping, hasBases: Bool
    ) throws(ConfigError) -> (child: ConfigNode, bases: ConfigMapping)
}

/// A file whose values depend on nothing: JSON or YAML.
struct PlainContents: ConfigContents {
    let root: ConfigNode

    func baseNames() -> ConfigNode? { root["_base_"] }

    func values(
        on bases: ConfigMapping, hasBases: Bool
    ) -> (child: ConfigNode, bases: ConfigMapping) {
        (root.removing("_base_"), bases)
    }
}
