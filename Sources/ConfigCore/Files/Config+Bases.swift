public import FoundationEssentials

extension Config {
    /// The files that a config file inherits from directly.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - environment: What `{{$NAME:default}}` in it may stand for.
    /// - Returns: Each as it is named, and as the path it means.
    /// - Throws: `ConfigError`.
    public static func bases(
        of path: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> [(name: String, path: String)] {
        var values = ConfigEnvironment(environment)
        let bytes = try ConfigLoader.contents(of: path, askedFor: nil)
        var contents = try ConfigNotation.of(path).read(
            bytes, name: path, environment: &values)
        guard let node = try contents.baseNames() else { return [] }
        return (node.list ?? [node]).compactMap(\.string).map { name in
            (name, FileName.join(FileName.directory(path), name))
        }
    }
}
