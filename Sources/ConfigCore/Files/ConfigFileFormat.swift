internal import FoundationEssentials

/// The notations a config file may be written in.
enum ConfigFileFormat {
    case json

    /// Chooses the notation by the end of the file's name.
    static func of(_ file: String) throws(ConfigError) -> ConfigFileFormat {
        switch FileName.suffix(file) {
        case ".json": return .json
        case ".py", ".yaml", ".yml":
            throw ConfigError(
                ConfigIssue(
                    place: file,
                    problem: "\(FileName.suffix(file)) configs cannot be read yet, only .json",
                    remedy:
                        "write it as .json, with MMCV by Config.fromfile(…).dump(\"config.json\")"))
        case let suffix:
            throw ConfigError(
                ConfigIssue(
                    place: file,
                    problem: suffix.isEmpty
                        ? "the name has no ending" : "\(suffix) is no config file",
                    remedy: "configs are read from .json"))
        }
    }

    /// Reads a config without looking at what it inherits; the result is a mapping.
    ///
    /// - Parameters:
    ///   - bytes: The file's contents.
    ///   - name: The file as the user named it.
    /// - Returns: The config.
    /// - Throws: `ConfigError`.
    func read(_ bytes: [UInt8], name: String) throws(ConfigError) -> ConfigNode {
        try Self.checkText(bytes, name: name)
        let root: ConfigNode
        switch self {
        case .json:
            let text = ExpandedText(json: bytes, fileAt: name)
            root = try JSONReader.read(text, name: name, original: bytes)
        }
        guard root.mapping != nil else {
            throw ConfigError(at: root, path: "", expected: "a mapping at the top level")
        }
        return root
    }

    private static func checkText(_ bytes: [UInt8], name: String) throws(ConfigError) {
        let source = ConfigSource(name: name, text: bytes)
        func failure(_ offset: Int, _ problem: String, _ remedy: String) -> ConfigError {
            let place = source.location(ofByte: offset)
            return ConfigError(
                ConfigIssue(place: place.description, problem: problem, remedy: remedy))
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw failure(
                0, "the file begins with a byte order mark", "save it as UTF-8 without one")
        }
        if let offset = invalidUTF8(bytes) ?? bytes.firstIndex(of: 0) {
            throw failure(offset, "the file is not UTF-8 text", "save it as UTF-8")
        }
        if bytes.allSatisfy(\.isSpace) {
            throw ConfigError(ConfigIssue(place: name, problem: "the file is empty"))
        }
    }

    /// The offset of the first byte that is no UTF-8.
    private static func invalidUTF8(_ bytes: [UInt8]) -> Int? {
        do {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }
}
