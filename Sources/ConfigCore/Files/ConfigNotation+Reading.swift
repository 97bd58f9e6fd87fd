internal import FoundationEssentials

extension ConfigNotation {
    /// Reads a config without looking at what it inherits.
    ///
    /// - Parameters:
    ///   - bytes: The file's contents.
    ///   - name: The file as the user named it.
    ///   - expandsPlaceholders: Whether `{{ fileBasename }}` and its like stand for something.
    ///   - environment: What `{{$NAME:default}}` may stand for; notes what it did stand for.
    /// - Returns: The contents; of JSON and YAML a mapping.
    /// - Throws: `ConfigError`.
    func read(
        _ bytes: [UInt8], name: String, expandsPlaceholders: Bool = true,
        environment: inout ConfigEnvironment
    ) throws(ConfigError) -> any ConfigContents {
        try checkText(bytes, name: name)
        let text =
            expandsPlaceholders
            ? try ExpandedText(self, bytes, fileAt: name, environment: &environment)
            : ExpandedText(plain: bytes)
        let root: ConfigNode
        switch self {
        case .python: return try PythonFile(text, name: name, original: bytes)
        case .json: root = try JSONReader.read(text, name: name, original: bytes)
        case .yaml: root = try YAMLReader.read(text, name: name, original: bytes)
        }
        guard root.mapping != nil else {
            throw ConfigError(at: root, path: "", expected: "a mapping at the top level")
        }
        return PlainContents(root: root)
    }

    private func checkText(_ bytes: [UInt8], name: String) throws(ConfigError) {
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
        if let offset = Self.invalidUTF8(bytes) ?? bytes.firstIndex(of: 0) {
            throw failure(offset, "the file is not UTF-8 text", "save it as UTF-8")
        }
        if self != .python, bytes.allSatisfy(\.isSpace) {
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
