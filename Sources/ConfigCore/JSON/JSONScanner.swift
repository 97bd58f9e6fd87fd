/// Finds where an entry stands in a JSON text; json-c, which judged the text valid, keeps no
/// positions.
struct JSONScanner {
    private let text: [UInt8]
    private var offset = 0

    init(_ text: [UInt8]) { self.text = text }

    /// The offsets of the key and of the value that `path` leads to.
    static func entry(at path: [ConfigKey], in text: [UInt8]) -> ConfigSource.Entry? {
        var scanner = JSONScanner(text)
        scanner.skipSpace()
        var found = ConfigSource.Entry(key: nil, value: scanner.offset)
        for step in path {
            scanner.offset = found.value
            guard let next = scanner.child(step) else { return nil }
            found = next
        }
        return found
    }

    /// The number that begins at `offset`, as it is written.
    static func number(at offset: Int, in text: [UInt8]) -> String {
        String(decoding: text[offset...].prefix { !endsScalar($0) }, as: UTF8.self)
    }

    /// The offset of a key in single quotes: json-c takes them even when it is told to be strict.
    static func singleQuotedKey(in text: [UInt8]) -> Int? {
        var scanner = JSONScanner(text)
        while let byte = scanner.peek, byte != UInt8(ascii: "'") {
            if byte == UInt8(ascii: "\"") { scanner.skipString() } else { scanner.offset += 1 }
        }
        return scanner.offset < text.count ? scanner.offset : nil
    }

    /// Goes through the container at the current offset; of a repeated key the last entry counts.
    private mutating func child(_ step: ConfigKey) -> ConfigSource.Entry? {
        guard let open = peek, open == UInt8(ascii: "{") || open == UInt8(ascii: "[") else {
            return nil
        }
        var found: ConfigSource.Entry?
        var position = 0
        offset += 1
        skipSpace()
        while let byte = peek, byte != UInt8(ascii: "}"), byte != UInt8(ascii: "]") {
            var key: (name: String, offset: Int)?
            if open == UInt8(ascii: "{") {
                let start = offset
                skipString()
                key = (Self.decoded(text[(start + 1)..<(offset - 1)]), start)
                skip(UInt8(ascii: ":"))
            }
            if step == key.map({ .key($0.name) }) ?? .index(position) {
                found = ConfigSource.Entry(key: key?.offset, value: offset)
            }
            skipValue()
            skip(UInt8(ascii: ","))
            position += 1
        }
        return found
    }

    private var peek: UInt8? { offset < text.count ? text[offset] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte.isSpace { offset += 1 }
    }

    /// Skips a separator, if it is there, and the space around it.
    private mutating func skip(_ separator: UInt8) {
        skipSpace()
        if peek == separator { offset += 1 }
        skipSpace()
    }

    private mutating func skipString() {
        offset += 1
        while let byte = peek, byte != UInt8(ascii: "\"") {
            offset += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        offset += 1
    }

    private mutating func skipValue() {
        var depth = 0
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                skipString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                offset += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                offset += 1
            default:
                offset += depth > 0 ? 1 : text[offset...].prefix { !Self.endsScalar($0) }.count
            }
            if depth == 0 { return }
        }
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        byte.isSpace || ",]}".utf8.contains(byte)
    }

    /// The text of a JSON string without its quotes.
    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        var units: [UInt16] = []
        var rest = Substring(String(decoding: bytes, as: UTF8.self)).unicodeScalars
        while let scalar = rest.popFirst() {
            guard scalar == "\\", let escape = rest.popFirst() else {
                units += String(scalar).utf16
                continue
            }
            switch escape {
            case "u":
                units.append(UInt16(String(rest.prefix(4)), radix: 16) ?? 0xFFFD)
                rest = rest.dropFirst(4)
            case "b": units.append(8)
            case "f": units.append(12)
            case "n": units.append(10)
            case "r": units.append(13)
            case "t": units.append(9)
            default: units += String(escape).utf16
            }
        }
        return String(decoding: units, as: UTF16.self)
    }
}
