/// Takes apart what stands between the quotes of an f-string.
struct PythonFormattedText {
    let text: [UInt8]
    let isRaw: Bool
    /// How many expressions stand around it.
    let depth: Int

    /// The pieces of a part of the text.
    func parts(of range: Range<Int>) throws(PythonProblem) -> [PythonExpression.FormattedPart] {
        try PythonBudget.check(depth: depth, at: range.lowerBound)
        var parts: [PythonExpression.FormattedPart] = []
        var start = range.lowerBound
        var offset = start
        func plain(_ end: Int) throws(PythonProblem) {
            guard start < end else { return }
            let decoded = try PythonString.decoded(start..<end, of: text, isRaw: isRaw)
            parts.append(.text(decoded))
        }
        while offset < range.upperBound {
            let byte = text[offset]
            let isDouble = offset + 1 < range.upperBound && text[offset + 1] == byte
            if let reference = BaseReferences.reference(in: text[offset..<range.upperBound]) {
                // Filled in when the bases are known, as in every other string.
                offset = reference.end
            } else if byte == UInt8(ascii: "\\"), !isRaw {
                offset += 2
            } else if isDouble, byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
                try plain(offset + 1)
                offset += 2
                start = offset
            } else if byte == UInt8(ascii: "{") {
                try plain(offset)
                let field = try field(in: offset + 1..<range.upperBound)
                parts.append(field.part)
                offset = field.end
                start = offset
            } else if byte == UInt8(ascii: "}") {
                throw .syntax(at: offset, "\"}\" closes nothing in this string", remedy: "write }}")
            } else {
                offset += 1
            }
        }
        try plain(range.upperBound)
        return parts
    }

    /// The expression that a brace opens, with its format; `end` is behind the closing brace.
    private func field(
        in range: Range<Int>
    ) throws(PythonProblem) -> (part: PythonExpression.FormattedPart, end: Int) {
        let end = try endOfExpression(in: range)
        var offset = end
        if text[offset] == UInt8(ascii: "=") {
            throw .unsupported(at: offset, "{…=}")
        }
        let value = try PythonParser.expression(
            in: range.lowerBound..<end, of: text, depth: depth + 1)
        var conversion: String?
        if text[offset] == UInt8(ascii: "!"), offset + 1 < range.upperBound {
            conversion = String(decoding: [text[offset + 1]], as: UTF8.self)
            offset += 2
        }
        var format: [PythonExpression.FormattedPart] = []
        if offset < range.upperBound, text[offset] == UInt8(ascii: ":") {
            let close = try closingBrace(in: offset + 1..<range.upperBound)
            format = try PythonFormattedText(text: text, isRaw: isRaw, depth: depth + 1)
                .parts(of: offset + 1..<close)
            offset = close
        }
        guard offset < range.upperBound, text[offset] == UInt8(ascii: "}") else {
            throw .syntax(at: min(offset, range.upperBound - 1), "\"}\" is missing in this string")
        }
        return (.value(value, conversion: conversion, format: format), offset + 1)
    }

    /// Where an expression in braces is over: at `}`, `:`, or `!` and `=` that are no operator's.
    private func endOfExpression(in range: Range<Int>) throws(PythonProblem) -> Int {
        var nesting = 0
        var offset = range.lowerBound
        while offset < range.upperBound {
            let byte = text[offset]
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): nesting += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): nesting -= 1
            case UInt8(ascii: "}"):
                if nesting <= 0 { return offset }
                nesting -= 1
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                let rest = text[(offset + 1)..<range.upperBound]
                offset = rest.firstIndex(of: byte) ?? range.upperBound
            case UInt8(ascii: ":") where nesting <= 0: return offset
            case UInt8(ascii: "!"), UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"):
                if offset + 1 < range.upperBound, text[offset + 1] == UInt8(ascii: "=") {
                    offset += 1
                } else if nesting <= 0, byte == UInt8(ascii: "!") || byte == UInt8(ascii: "=") {
                    return offset
                }
            default: break
            }
            offset += 1
        }
        throw .syntax(at: range.lowerBound - 1, "\"{\" is never closed in this string")
    }

    private func closingBrace(in range: Range<Int>) throws(PythonProblem) -> Int {
        var nesting = 0
        for offset in range {
            if text[offset] == UInt8(ascii: "{") { nesting += 1 }
            if text[offset] == UInt8(ascii: "}") {
                if nesting == 0 { return offset }
                nesting -= 1
            }
        }
        throw .syntax(at: range.lowerBound - 1, "\"{\" is never closed in this string")
    }
}
