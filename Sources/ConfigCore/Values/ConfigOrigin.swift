/// Where a value of a config was written.
public enum ConfigOrigin: Sendable {
    /// In a file, at the value that `keyPath` leads to; the place is looked for when it is needed.
    case file(ConfigSource, keyPath: [ConfigKey])
    /// In a file, at these bytes of its text.
    case text(ConfigSource, key: Int?, value: Int)
    /// On the command line, by the option of this name (`--cfg-options`).
    case commandLine(String)
    /// By the program itself.
    case program

    /// The text that the value was read from, if it was written in a file.
    public var source: ConfigSource? {
        switch self {
        case .file(let source, _), .text(let source, _, _): source
        case .commandLine, .program: nil
        }
    }

    /// The place of the value, if it was written in a file.
    public var location: TextLocation? { location(.value) }

    /// The place of the key in front of the value, if it was written in a file; of the value where
    /// it has no key.
    public var keyLocation: TextLocation? { location(.key) }

    /// The origin as messages begin: `config.json:12:5`, `--cfg-options`, or nothing.
    public var place: String? {
        switch self {
        case .file(let source, _), .text(let source, _, _): location?.description ?? source.name
        case .commandLine(let option): option
        case .program: nil
        }
    }

    /// The number or word that stands at the value's place in its file.
    var writtenWord: String? {
        switch self {
        case .file(let source, let keyPath): source.word(at: keyPath)
        case .text(let source, _, let value): source.word(ofByte: value)
        case .commandLine, .program: nil
        }
    }

    /// The place of a value or of its key, if it was written in a file.
    func location(_ target: ConfigSource.Target) -> TextLocation? {
        switch self {
        case .file(let source, let keyPath): source.location(of: keyPath, pointingAt: target)
        case .text(let source, let key, let value):
            source.location(ofByte: target == .key ? key ?? value : value)
        case .commandLine, .program: nil
        }
    }
}
