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
        guard let edit = edits.last(where: { $0.expanded.lowerBound <= offset }) else {
            return offset
        }
        return edit.expanded.contains(offset)
            ? edit.original.lowerBound
            : edit.original.upperBound + offset - edit.expanded.upperBound
    }

    /// Expands a JSON text that stands in the file at `path`.
    ///
    /// The names of the file are put in as text, inside and outside of strings. A reference to a
    /// base, `{{ _base_.a.b }}`, outside a string becomes a string, to be resolved once the bases
    /// are known.
    ///
    /// Source: `Config._substitute_predefined_vars` and `_pre_substitute_base_vars` in MMCV.
    init(json text: [UInt8], fileAt path: String) {
        let names = Self.fileNames(path)
        var isInString = false
        var offset = 0
        while offset < text.count {
            if let placeholder = Placeholder(in: text, at: offset),
                let replacement = placeholder.replacement(names, insideString: isInString)
            {
                edits.append(
                    (bytes.count..<bytes.count + replacement.utf8.count, placeholder.range))
                bytes += replacement.utf8
                offset = placeholder.range.upperBound
                continue
            }
            let isEscape = isInString && text[offset] == UInt8(ascii: "\\")
            if text[offset] == UInt8(ascii: "\"") { isInString.toggle() }
            let end = min(text.count, offset + (isEscape ? 2 : 1))
            bytes += text[offset..<end]
            offset = end
        }
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
            // What would end or spoil a JSON string.
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

    func replacement(_ fileNames: [String: String], insideString: Bool) -> String? {
        if let value = fileNames[name] { return value }
        return name.hasPrefix("_base_.") && !insideString ? "\"{{\(name)}}\"" : nil
    }
}
