/// The text that config values were read from; it finds their places when somebody asks.
public final class ConfigSource: Sendable {
    /// Which part of an entry a message points at.
    public enum Target: Sendable {
        /// The key in front of the value.
        case key
        /// The value itself.
        case value
    }

    /// Byte offsets of an entry in the text as the user wrote it.
    package struct Entry: Sendable {
        let key: Int?
        let value: Int

        package init(key: Int?, value: Int) {
            self.key = key
            self.value = value
        }
    }

    /// The file as the user named it.
    public let name: String

    private let text: [UInt8]
    /// The offset of the first byte of each line.
    private let lineStarts: [Int]
    private let find: @Sendable ([ConfigKey]) -> Entry?

    /// Keeps a text, and the way its format finds an entry by its key path.
    package init(
        name: String, text: [UInt8],
        find: @escaping @Sendable ([ConfigKey]) -> Entry? = { _ in nil }
    ) {
        self.name = name
        self.text = text
        lineStarts = [0] + text.indices.filter { text[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
        self.find = find
    }

    /// Finds the place of the entry that `keyPath` leads to.
    public func location(of keyPath: [ConfigKey], pointingAt target: Target) -> TextLocation? {
        guard let entry = find(keyPath) else { return nil }
        return location(ofByte: target == .key ? entry.key ?? entry.value : entry.value)
    }

    /// The line and column of a byte of the text; of its end for an offset beyond it.
    package func location(ofByte offset: Int) -> TextLocation {
        let offset = min(offset, text.count)
        var (low, high) = (0, lineStarts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        // Continuation bytes of UTF-8 do not begin a character.
        let before = text[lineStarts[low]..<offset].count { $0 & 0xC0 != 0x80 }
        return TextLocation(file: name, line: low + 1, column: before + 1)
    }

    /// The number or word at the entry that `keyPath` leads to.
    func word(at keyPath: [ConfigKey]) -> String? { find(keyPath).map { word(ofByte: $0.value) } }

    /// The number or word that begins at a byte of the text.
    func word(ofByte offset: Int) -> String {
        let word = text[min(offset, text.count)...].prefix {
            $0.isNameStart || $0.isDigit || "+-.".utf8.contains($0)
        }
        return String(decoding: word, as: UTF8.self)
    }

    /// The line of `location` and, below it, a caret under its column; cut to a window where the
    /// line is long.
    package func excerpt(at location: TextLocation) -> String? {
        guard lineStarts.indices.contains(location.line - 1) else { return nil }
        let line = text[lineStarts[location.line - 1]...].prefix { $0 != UInt8(ascii: "\n") }
        var scalars = Array(String(decoding: line, as: UTF8.self).unicodeScalars)
        if scalars.last == "\r" { scalars.removeLast() }
        let caret = min(location.column - 1, scalars.count)
        let first = scalars.count > 100 ? max(0, caret - 40) : 0
        let shown = scalars[first..<min(scalars.count, first + 100)]
        // A tab in front of the caret stays a tab, so that both lines are equally wide.
        let padding = shown.prefix(caret - first).map { $0 == "\t" ? $0 : " " }
        return String(String.UnicodeScalarView(shown)) + "\n"
            + String(String.UnicodeScalarView(padding)) + "^"
    }
}
