/// Cuts a Python text into tokens.
struct PythonTokenizer {
    private let text: [UInt8]
    private var offset: Int
    private let end: Int
    /// Whether the ends of lines mean nothing anywhere.
    private let ignoresLines: Bool
    private var tokens: [PythonToken] = []
    /// The brackets that are open, with their places: lines end only outside of them.
    private var open: [(byte: UInt8, offset: Int)] = []
    /// The columns of the blocks that are open, tabs counted as up to 8 and as 1 space.
    private var columns: [(Int, Int)] = [(0, 0)]

    /// The tokens of a text.
    static func tokens(of text: [UInt8]) throws(PythonProblem) -> [PythonToken] {
        var tokenizer = PythonTokenizer(text, 0..<text.count)
        try tokenizer.readLines()
        return tokenizer.tokens
    }

    /// The tokens of an expression inside a text; its lines do not count.
    static func tokens(
        ofExpressionIn range: Range<Int>, of text: [UInt8]
    ) throws(PythonProblem) -> [PythonToken] {
        var tokenizer = PythonTokenizer(text, range, ignoresLines: true)
        while try tokenizer.readToken() {}
        try tokenizer.checkBracketsAreClosed()
        tokenizer.emit(.end, range.upperBound..<range.upperBound)
        return tokenizer.tokens
    }

    private init(_ text: [UInt8], _ range: Range<Int>, ignoresLines: Bool = false) {
        self.text = text
        self.ignoresLines = ignoresLines
        offset = range.lowerBound
        end = range.upperBound
    }

    private mutating func readLines() throws(PythonProblem) {
        while offset < end {
            try readIndentation()
            while try readToken() {}
            guard open.isEmpty else { break }
            if let last = tokens.last, last.isPartOfStatement { emit(.newline, offset..<offset) }
            if offset < end { offset += 1 }
        }
        try checkBracketsAreClosed()
        for _ in columns.dropFirst() { emit(.dedent, end..<end) }
        emit(.end, end..<end)
    }

    /// Looks how far to the right a line begins; lines without content do not count.
    private mutating func readIndentation() throws(PythonProblem) {
        var column = (0, 0)
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: " "): column = (column.0 + 1, column.1 + 1)
            case UInt8(ascii: "\t"): column = (column.0 / 8 * 8 + 8, column.1 + 1)
            case 12: column = (0, 0)
            default:
                if "#\r\n".utf8.contains(byte) { return }
                return try emitIndentation(column)
            }
            offset += 1
        }
    }

    private mutating func emitIndentation(_ column: (Int, Int)) throws(PythonProblem) {
        let here = offset..<offset
        while let top = columns.last, column.0 < top.0 || column.1 < top.1 {
            guard column.0 < top.0, column.1 < top.1 else { throw mixedTabs }
            columns.removeLast()
            emit(.dedent, here)
        }
        guard let top = columns.last else { return }
        if column == top { return }
        guard column.0 > top.0, column.1 > top.1 else {
            throw column.0 == top.0 || column.1 == top.1
                ? mixedTabs : .syntax(at: offset, "the line fits no block's indentation")
        }
        guard tokens.last?.isDedent != true else {
            throw .syntax(at: offset, "the line fits no block's indentation")
        }
        try PythonBudget.check(depth: columns.count, at: offset)
        columns.append(column)
        emit(.indent, here)
    }

    private var mixedTabs: PythonProblem {
        .syntax(at: offset, "tabs and spaces are mixed in the indentation", remedy: "use spaces")
    }

    /// Reads a token; false at the end of the line, or of the text.
    private mutating func readToken() throws(PythonProblem) -> Bool {
        try skipSpace()
        guard let byte = peek(), byte != UInt8(ascii: "\n") || !endsLines else { return false }
        if byte.isDigit || byte == UInt8(ascii: ".") && peek(1)?.isDigit == true {
            let number = try PythonNumber.read(text[offset..<end])
            emit(.constant(number.constant), offset..<number.end)
            offset = number.end
        } else if byte.isNameStart {
            try readNameOrString()
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            try readString(prefix: offset..<offset)
        } else if let reference = BaseReferences.reference(in: text[offset..<end]) {
            emit(.base(reference.name), offset..<reference.end)
            offset = reference.end
        } else {
            try readSign(byte)
        }
        return true
    }

    private mutating func readNameOrString() throws(PythonProblem) {
        let start = offset
        while let byte = peek(), byte.isNameStart || byte.isDigit { offset += 1 }
        if let quote = peek(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            return try readString(prefix: start..<offset)
        }
        emit(.name(String(decoding: text[start..<offset], as: UTF8.self)), start..<offset)
    }

    private mutating func readString(prefix: Range<Int>) throws(PythonProblem) {
        let string = try PythonString.read(text[..<end], prefix: prefix)
        if string.isFormatted {
            emit(.formatted(body: string.body, isRaw: string.isRaw), prefix.lowerBound..<string.end)
        } else {
            let decoded = try string.decoded(string.body, of: text)
            emit(.constant(.text(decoded)), prefix.lowerBound..<string.end)
        }
        offset = string.end
    }

    private mutating func readSign(_ byte: UInt8) throws(PythonProblem) {
        let rest = text[offset..<end]
        guard let sign = Self.signs.first(where: { rest.starts(with: $0.utf8) }) else {
            let character = String(decoding: rest.prefix(4), as: UTF8.self).prefix(1)
            throw .syntax(at: offset, "unexpected character \"\(character)\"")
        }
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
            open.append((byte, offset))
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
            guard let opening = open.popLast(), Self.closing[opening.byte] == byte else {
                throw .syntax(at: offset, "\"\(sign)\" closes no bracket")
            }
        default: break
        }
        emit(.sign(sign), offset..<offset + sign.utf8.count)
        offset += sign.utf8.count
    }

    /// Skips what stands between tokens; a line's end too where a bracket is open.
    private mutating func skipSpace() throws(PythonProblem) {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "#"):
                while let next = peek(), next != UInt8(ascii: "\n") { offset += 1 }
            case UInt8(ascii: "\n"):
                if endsLines { return }
                offset += 1
            case UInt8(ascii: "\\"):
                let isCRLF = peek(1) == UInt8(ascii: "\r") && peek(2) == UInt8(ascii: "\n")
                guard isCRLF || peek(1) == UInt8(ascii: "\n") else {
                    throw .syntax(at: offset, "a backslash that does not end the line")
                }
                offset += isCRLF ? 3 : 2
            default:
                guard byte.isSpace else { return }
                offset += 1
            }
        }
    }

    private var endsLines: Bool { open.isEmpty && !ignoresLines }

    private func checkBracketsAreClosed() throws(PythonProblem) {
        guard let opening = open.last else { return }
        let sign = String(decoding: [opening.byte], as: UTF8.self)
        throw .syntax(at: opening.offset, "\"\(sign)\" is never closed")
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        offset + distance < end ? text[offset + distance] : nil
    }

    private mutating func emit(_ kind: PythonToken.Kind, _ range: Range<Int>) {
        tokens.append(PythonToken(kind: kind, range: range))
    }

    /// Longer signs first.
    private static let signs = [
        "**=", "//=", ">>=", "<<=", "...", "->", ":=", "+=", "-=", "*=", "/=", "%=", "&=", "|=",
        "^=", "@=", "==", "!=", "<=", ">=", "<<", ">>", "**", "//", "(", ")", "[", "]", "{", "}",
        ",", ":", ".", ";", "=", "+", "-", "*", "/", "%", "<", ">", "&", "|", "^", "~", "@",
    ]
    private static let closing: [UInt8: UInt8] = [
        UInt8(ascii: "("): UInt8(ascii: ")"), UInt8(ascii: "["): UInt8(ascii: "]"),
        UInt8(ascii: "{"): UInt8(ascii: "}"),
    ]
}

extension PythonToken {
    fileprivate var isPartOfStatement: Bool {
        switch kind {
        case .newline, .indent, .dedent: false
        default: true
        }
    }

    fileprivate var isDedent: Bool { kind == .dedent }
}

extension UInt8 {
    /// Whether the byte is one of `0` to `9`.
    var isDigit: Bool { (48...57).contains(self) }
    /// Whether a Python name may begin with the byte; of other alphabets' letters every byte may.
    var isNameStart: Bool {
        self == 95 || (97...122).contains(self | 32) && self < 128 || self > 127
    }
}
