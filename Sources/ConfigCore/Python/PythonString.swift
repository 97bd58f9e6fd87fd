/// A text literal: where its contents stand, and how they are to be read.
struct PythonString {
    /// The contents, between the quotes.
    let body: Range<Int>
    /// The offset behind the closing quotes.
    let end: Int
    /// Whether backslashes mean themselves.
    let isRaw: Bool
    /// Whether there are `{expressions}` in it.
    let isFormatted: Bool

    /// Finds the end of the literal whose quotes follow `prefix`.
    static func read(
        _ text: ArraySlice<UInt8>, prefix: Range<Int>
    ) throws(PythonProblem) -> PythonString {
        let letters = String(decoding: text[prefix], as: UTF8.self).lowercased()
        guard ["", "r", "u", "f", "rf", "fr"].contains(letters) else {
            throw ["b", "br", "rb"].contains(letters)
                ? .unsupported(
                    at: prefix.lowerBound, "a bytes literal", remedy: "write a string, without b")
                : .syntax(at: prefix.lowerBound, "\"\(letters)\" stands in front of a string")
        }
        let quote = text[prefix.upperBound]
        let isTriple = text[prefix.upperBound...].starts(with: [quote, quote, quote])
        let start = prefix.upperBound + (isTriple ? 3 : 1)
        var offset = start
        while offset < text.endIndex {
            let byte = text[offset]
            if byte == UInt8(ascii: "\\") {
                offset += 2
            } else if byte == UInt8(ascii: "\n"), !isTriple {
                break
            } else if byte == quote,
                !isTriple || text[offset...].starts(with: [quote, quote, quote])
            {
                return PythonString(
                    body: start..<offset, end: offset + (isTriple ? 3 : 1),
                    isRaw: letters.contains("r"), isFormatted: letters.contains("f"))
            } else {
                offset += 1
            }
        }
        throw .syntax(at: prefix.lowerBound, "the string is never closed")
    }

    /// The text that a part of the contents stands for.
    func decoded(_ range: Range<Int>, of text: [UInt8]) throws(PythonProblem) -> String {
        try Self.decoded(range, of: text, isRaw: isRaw)
    }

    /// The text that a part of a literal's contents stands for.
    static func decoded(
        _ range: Range<Int>, of text: [UInt8], isRaw: Bool
    ) throws(PythonProblem) -> String {
        let bytes = text[range]
        let isPlain = isRaw || !bytes.contains(UInt8(ascii: "\\"))
        if isPlain, !bytes.contains(UInt8(ascii: "\r")) {
            return String(decoding: bytes, as: UTF8.self)
        }
        var result: [UInt8] = []
        var offset = range.lowerBound
        while offset < range.upperBound {
            let byte = text[offset]
            if byte == UInt8(ascii: "\\"), !isRaw, offset + 1 < range.upperBound {
                let escape = try Escape(text[offset..<range.upperBound])
                result += escape.text
                offset = escape.end
                continue
            }
            // Python reads the ends of lines as \n whatever the file has.
            let isCRLF = text[offset...].prefix(2).elementsEqual([13, 10])
            if !isCRLF { result.append(byte) }
            offset += 1
        }
        return String(decoding: result, as: UTF8.self)
    }
}

/// A backslash in a text and what it stands for.
private struct Escape {
    let text: [UInt8]
    let end: Int

    /// Reads the escape that a slice begins with; there is a byte behind the backslash.
    init(_ slice: ArraySlice<UInt8>) throws(PythonProblem) {
        let start = slice.startIndex
        let letter = slice[start + 1]
        if let plain = Self.letters[letter] {
            (text, end) = (plain, start + 2)
            return
        }
        if letter == UInt8(ascii: "\r"), slice.dropFirst(2).first == UInt8(ascii: "\n") {
            (text, end) = ([], start + 3)
            return
        }
        let isOctal = (48...55).contains(letter)
        let digits: Int? =
            switch letter {
            case _ where isOctal:
                slice.dropFirst().prefix(3).prefix { (48...55).contains($0) }.count
            case UInt8(ascii: "x"): 2
            case UInt8(ascii: "u"): 4
            case UInt8(ascii: "U"): 8
            default: nil
            }
        guard let digits else {
            if letter == UInt8(ascii: "N") {
                throw .unsupported(
                    at: start, "a character by its name",
                    remedy: "write the character itself")
            }
            // Python keeps a backslash that means nothing.
            (text, end) = (Array(slice.prefix(2)), start + 2)
            return
        }
        let first = start + (isOctal ? 1 : 2)
        let written = slice.dropFirst(first - start).prefix(digits)
        let word = String(decoding: written, as: UTF8.self)
        guard written.count == digits, !word.hasPrefix("+"), !word.hasPrefix("-"),
            let code = UInt32(word, radix: isOctal ? 8 : 16), let scalar = Unicode.Scalar(code)
        else {
            throw .syntax(at: start, "a backslash escape that stands for no character")
        }
        text = Array(String(scalar).utf8)
        end = first + digits
    }

    private static let letters: [UInt8: [UInt8]] = [
        UInt8(ascii: "\n"): [], UInt8(ascii: "\\"): [92], UInt8(ascii: "'"): [39],
        UInt8(ascii: "\""): [34], UInt8(ascii: "a"): [7], UInt8(ascii: "b"): [8],
        UInt8(ascii: "f"): [12], UInt8(ascii: "n"): [10], UInt8(ascii: "r"): [13],
        UInt8(ascii: "t"): [9], UInt8(ascii: "v"): [11],
    ]
}
