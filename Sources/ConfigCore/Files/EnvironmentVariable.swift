/// `{{$NAME:default}}` somewhere in a text, or `{{'$NAME:default'}}` where a text without it could
/// not be parsed.
struct EnvironmentVariable {
    let name: String
    /// The default; empty if there is none.
    let fallback: String
    /// The offset behind it.
    let end: Int

    init?(in text: [UInt8], at start: Int) {
        guard text[start...].starts(with: "{{".utf8) else { return nil }
        var rest = text[(start + 2)...]
        if let quote = rest.first, Self.isQuote(quote) { rest = rest.dropFirst() }
        rest = rest.drop(while: \.isSpace)
        guard rest.first == UInt8(ascii: "$") else { return nil }
        let name = rest.dropFirst().prefix { $0.isNameStart || $0.isDigit }
        rest = text[name.endIndex...].drop(while: \.isSpace)
        guard !name.isEmpty, rest.first == UInt8(ascii: ":") else { return nil }
        rest = rest.dropFirst().drop(while: \.isSpace)
        let valueStart = rest.startIndex
        while let byte = rest.first, !byte.isSpace, Self.closing(rest) == nil {
            rest = rest.dropFirst()
        }
        guard let end = Self.closing(rest) else { return nil }
        self.name = String(decoding: name, as: UTF8.self)
        fallback = String(decoding: text[valueStart..<rest.startIndex], as: UTF8.self)
        self.end = end
    }

    /// The offset behind the braces that end it, if nothing but they and a quote follow.
    private static func closing(_ text: ArraySlice<UInt8>) -> Int? {
        var rest = text.drop(while: \.isSpace)
        if let quote = rest.first, isQuote(quote) { rest = rest.dropFirst() }
        return rest.starts(with: "}}".utf8) ? rest.startIndex + 2 : nil
    }

    private static func isQuote(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
    }
}
