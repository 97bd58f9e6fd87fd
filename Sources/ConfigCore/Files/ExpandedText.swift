/// A config text in which `{{ fileDirname }}` and its like were replaced, and the way back to the
/// text as written.
struct ExpandedText: Sendable {
    /// The text with the replacements.
    private(set) var bytes: [UInt8] = []
    private var edits: [(expanded: Range<Int>, original: Range<Int>)] = []

    /// The offset in the original text of a byte of the expanded one.
    ///
    /// A byte inside a replacement belongs to the beginning of what it replaced.
    func originalOffset(_ offset: Int) -> Int {
        var (low, high) = (0, edits.count)
        while low < high {
            let middle = (low + high) / 2
            if edits[middle].expanded.lowerBound <= offset {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low > 0 else { return offset }
        let edit = edits[low - 1]
        return edit.expanded.contains(offset)
            ? edit.original.lowerBound
            : edit.original.upperBound + offset - edit.expanded.upperBound
    }

    /// Takes a text as it is.
    init(plain text: [UInt8]) { bytes = text }

    /// Expands the text of the file at `path`.
    ///
    /// The names of the file and environment variables are put in as text, inside and outside of
    /// strings. In JSON and YAML a reference to a base, `{{ _base_.a.b }}`, outside a string becomes
    /// a string, to be resolved once the bases are known.
    ///
    /// Source: `Config._substitute_predefined_vars` and `_pre_substitute_base_vars` in MMCV,
    /// `_substitute_env_variables` in MMEngine.
    init(
        _ notation: ConfigNotation, _ text: [UInt8], fileAt path: String,
        environment: inout ConfigEnvironment
    ) throws(ConfigError) {
        let names = Self.fileNames(path)
        var strings = StringTracker(notation)
        var offset = 0
        while offset < text.count {
            let placeholder = Placeholder(in: text, at: offset)
            var replacement = placeholder?.replacement(names, asString: strings.quotesReferences)
                .map { (text: $0, end: placeholder?.range.upperBound ?? text.count) }
            if replacement == nil, let variable = EnvironmentVariable(in: text, at: offset) {
                let value = environment.value(of: variable.name) ?? variable.fallback
                guard !value.isEmpty else { throw Self.missing(variable.name, text, offset, path) }
                replacement = (value, variable.end)
            }
            if let replacement {
                let size = replacement.text.utf8.count
                edits.append((bytes.count..<bytes.count + size, offset..<replacement.end))
                bytes += replacement.text.utf8
                offset = replacement.end
                strings.skip()
                continue
            }
            let end = min(text.count, offset + strings.pass(text[offset]))
            bytes += text[offset..<end]
            offset = end
        }
    }

    private static func missing(
        _ name: String, _ text: [UInt8], _ offset: Int, _ path: String
    ) -> ConfigError {
        let source = ConfigSource(name: path, text: text)
        return ConfigError(
            ConfigIssue(
                in: source, at: source.location(ofByte: offset),
                problem: "the environment variable \(name) is not set",
                remedy: "set it, or give a default: {{$\(name):…}}"))
    }

    private static func fileNames(_ path: String) -> [String: String] {
        let path = FileName.absolute(path)
        let name = FileName.last(path)
        let suffix = FileName.suffix(path)
        return [
            "fileDirname": FileName.directory(path),
            "fileBasename": name,
            "fileBasenameNoExtension": String(name.dropLast(suffix.count)),
            "fileExtname": suffix,
        ].mapValues { value in
            // What would end or spoil a string.
            String(value.map { $0 == "\\" ? "/" : $0 }).replacing("\"", with: "\\\"")
        }
    }
}

/// `{{ name }}` somewhere in a text.
private struct Placeholder {
    let range: Range<Int>
    let name: String

    init?(in text: [UInt8], at start: Int) {
        guard text[start...].starts(with: "{{".utf8) else { return nil }
        let rest = text[(start + 2)...].drop(while: \.isSpace)
        let name = rest.prefix { !$0.isSpace && $0 != UInt8(ascii: "}") }
        let end = text[name.endIndex...].drop(while: \.isSpace)
        guard !name.isEmpty, end.starts(with: "}}".utf8) else { return nil }
        range = start..<end.startIndex + 2
        self.name = String(decoding: name, as: UTF8.self)
    }

    func replacement(_ fileNames: [String: String], asString: Bool) -> String? {
        if let value = fileNames[name] { return value }
        return name.hasPrefix("_base_.") && asString ? "\"{{\(name)}}\"" : nil
    }
}
