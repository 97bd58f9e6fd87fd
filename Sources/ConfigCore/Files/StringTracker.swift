/// Follows a JSON or YAML text and knows whether it is inside a string.
struct StringTracker {
    private let notation: ConfigNotation
    /// The quote that will end the string; nothing outside of strings.
    private var quote: UInt8?
    private var isComment = false
    private var last = UInt8(ascii: "\n")

    init(_ notation: ConfigNotation) { self.notation = notation }

    /// Whether a reference to a base at this place must become a string to be valid.
    var quotesReferences: Bool {
        switch notation {
        case .json: quote == nil
        // Behind other characters it is part of a word already.
        case .yaml: quote == nil && !isComment && opensWord
        case .python: false
        }
    }

    /// Goes past a byte; two where it takes the meaning of the next one away.
    mutating func pass(_ byte: UInt8) -> Int {
        let wordMayBegin = opensWord
        last = byte
        if byte == UInt8(ascii: "\n") { isComment = false }
        if isComment { return 1 }
        if let quote {
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") { return 2 }
            if byte == quote { self.quote = nil }
            return 1
        }
        if byte == UInt8(ascii: "\"") || notation == .yaml && byte == UInt8(ascii: "'") {
            if notation == .json || wordMayBegin { quote = byte }
        } else if notation == .yaml, byte == UInt8(ascii: "#"), wordMayBegin {
            isComment = true
        }
        return 1
    }

    /// Goes past something that was put in.
    mutating func skip() { last = UInt8(ascii: "}") }

    /// Whether a word of YAML may begin behind the last byte.
    private var opensWord: Bool { last.isSpace || "[{,(".utf8.contains(last) }
}
