/// Reads the value of a `key=value` option.
///
/// Source: `DictAction._parse_iterable` in MMCV: quotes around a value go, and so do all spaces in
/// it.
enum OverrideValue {
    /// A text that stands for no value.
    enum Problem: Error {
        case unbalancedBrackets
        case callSyntax

        /// What to tell the user who wrote it.
        func issue(for written: String, key: String, option: String) -> ConfigIssue {
            switch self {
            case .unbalancedBrackets:
                ConfigIssue(
                    place: option, path: key, problem: "unbalanced brackets in \"\(written)\"")
            case .callSyntax:
                ConfigIssue(
                    place: option, path: key, problem: "\"\(written)\" is no value",
                    remedy: "set the keys of a mapping one by one, as in \(key).type=SGD")
            }
        }
    }

    /// Reads a value: `1`, `0.1`, `true`, `None`, `text`, `1,2`, `[a,b]`, `(1,(2,3))`.
    static func parse(_ written: String, origin: ConfigOrigin) throws(Problem) -> ConfigNode {
        let text = Substring(trimmingQuotes(written).filter { $0 != " " })
        let commas = try topLevelCommas(in: text)
        func elements(_ inner: Substring) throws(Problem) -> [ConfigNode] {
            try Self.elements(of: inner, origin: origin)
        }
        if let close = closingBracket(of: text), text.index(after: close) == text.endIndex {
            let inner = try elements(text.dropFirst().dropLast())
            return ConfigNode(text.first == "(" ? .tuple(inner) : .list(inner), origin: origin)
        }
        if !commas.isEmpty { return ConfigNode(.list(try elements(text)), origin: origin) }
        guard !text.contains(",") else { throw .callSyntax }
        return ConfigNode(scalar(String(text)), origin: origin)
    }

    /// The values between the commas; a comma at the end closes the last one and begins none.
    private static func elements(
        of text: Substring, origin: ConfigOrigin
    ) throws(Problem) -> [ConfigNode] {
        var result: [ConfigNode] = []
        var start = text.startIndex
        for end in try topLevelCommas(in: text) + [text.endIndex] {
            if end == text.endIndex, start == end { break }
            result.append(try parse(String(text[start..<end]), origin: origin))
            if end < text.endIndex { start = text.index(after: end) }
        }
        return result
    }

    /// The commas outside of brackets; brackets must balance in a text that has commas or begins
    /// with one.
    private static func topLevelCommas(in text: Substring) throws(Problem) -> [Substring.Index] {
        guard text.contains(",") || text.first == "[" || text.first == "(" else { return [] }
        var commas: [Substring.Index] = []
        var open: [Character] = []
        for (index, character) in zip(text.indices, text) {
            switch character {
            case "[": open.append("]")
            case "(": open.append(")")
            case "]", ")":
                guard open.popLast() == character else { throw .unbalancedBrackets }
            case "," where open.isEmpty: commas.append(index)
            default: break
            }
        }
        guard open.isEmpty else { throw .unbalancedBrackets }
        return commas
    }

    /// Where the bracket at the beginning closes.
    private static func closingBracket(of text: Substring) -> Substring.Index? {
        guard text.first == "[" || text.first == "(" else { return nil }
        var depth = 0
        return text.indices.first { index in
            if "[(".contains(text[index]) { depth += 1 }
            if "])".contains(text[index]) { depth -= 1 }
            return depth == 0
        }
    }

    private static func trimmingQuotes(_ text: String) -> Substring {
        func isQuote(_ character: Character) -> Bool { character == "'" || character == "\"" }
        let rest = text.drop(while: isQuote)
        return rest.lastIndex { !isQuote($0) }.map { rest[...$0] } ?? ""
    }

    private static func scalar(_ text: String) -> ConfigValue {
        if let number = number(text) { return number }
        switch text.lowercased() {
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: return text == "None" ? .null : .string(text)
        }
    }

    /// What Python's `int` and `float` take: `007`, `1_000`, `1e-3`, `.5`, `inf`, but not `0x10`.
    private static func number(_ text: String) -> ConfigValue? {
        func isDigit(_ character: Character?) -> Bool {
            character.map { ("0"..."9").contains($0) } ?? false
        }
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard zip(parts, parts.dropFirst()).allSatisfy({ isDigit($0.last) && isDigit($1.first) })
        else { return nil }
        let plain = parts.joined().lowercased()
        if let integer = Int(plain) { return .int(integer) }
        let unsigned = plain.first == "-" || plain.first == "+" ? plain.dropFirst() : plain[...]
        guard
            ["inf", "infinity", "nan"].contains(unsigned)
                || unsigned.allSatisfy({ isDigit($0) || "+-.e".contains($0) })
        else { return nil }
        return Double(plain).map { .double($0) }
    }
}
