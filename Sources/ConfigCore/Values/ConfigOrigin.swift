/// Where a value of a config was written.
public enum ConfigOrigin: Sendable {
    /// In a file, at the value that `keyPath` leads to.
    case file(ConfigSource, keyPath: [ConfigKey])
    /// On the command line, by the option of this name (`--cfg-options`).
    case commandLine(String)
    /// By the program itself.
    case program

    /// The place of the value, if it was written in a file.
    public var location: TextLocation? {
        guard case .file(let source, let keyPath) = self else { return nil }
        return source.location(of: keyPath, pointingAt: .value)
    }

    /// The place of the key in front of the value, if it was written in a file; of the value where
    /// it has no key.
    public var keyLocation: TextLocation? {
        guard case .file(let source, let keyPath) = self else { return nil }
        return source.location(of: keyPath, pointingAt: .key)
    }

    /// The origin as messages begin: `config.json:12:5`, `--cfg-options`, or nothing.
    public var place: String? {
        switch self {
        case .file(let source, _): location?.description ?? source.name
        case .commandLine(let option): option
        case .program: nil
        }
    }
}
