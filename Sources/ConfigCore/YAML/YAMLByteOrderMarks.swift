/// Finds byte order marks (U+FEFF) at the beginning of words, which Yams drops.
struct YAMLByteOrderMarks {
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let text: [UInt8]
    private let hasAny: Bool

    init(_ text: [UInt8]) {
        self.text = text
        hasAny = text.contains(0xEF) || text.contains(UInt8(ascii: "\\")) && Self.hasEscape(text)
    }

    private static func hasEscape(_ text: [UInt8]) -> Bool {
        text.indices.contains { text[$0...].prefix(4).map { $0 | 32 }.elementsEqual("feff".utf8) }
    }

    /// Whether the word at a byte, where its tag or anchor may stand, begins with a mark.
    func precedesWord(at offset: Int) -> Bool {
        guard hasAny, offset < text.count else { return false }
        var rest = text[offset...]
        while let byte = rest.first, byte == UInt8(ascii: "!") || byte == UInt8(ascii: "&") {
            rest = rest.drop { !$0.isSpace }.drop(while: \.isSpace)
        }
        switch rest.first {
        case UInt8(ascii: "\""):
            let inside = rest.dropFirst()
            return inside.starts(with: Self.mark)
                || Self.escapes.contains { escape in
                    inside.prefix(2).elementsEqual(escape.prefix(2))
                        && inside.prefix(escape.count).dropFirst(2).map { $0 | 32 }
                            .elementsEqual(escape.dropFirst(2))
                }
        case UInt8(ascii: "'"): return rest.dropFirst().starts(with: Self.mark)
        case UInt8(ascii: "|"), UInt8(ascii: ">"):
            let lines = rest.drop { $0 != UInt8(ascii: "\n") }.dropFirst()
            return lines.drop { $0 == UInt8(ascii: " ") }.starts(with: Self.mark)
        default: return rest.starts(with: Self.mark)
        }
    }

    private static let escapes: [[UInt8]] = [Array(#"\ufeff"#.utf8), Array(#"\U0000feff"#.utf8)]
}
