/// Reads the value of a `key=value` option.
///
/// Source: `DictAction._parse_iterable` in MMCV: quotes around a value go, and so do all spaces in
/// it.
enum OverrideValue {
    /// A text that stands for no value.
    enum Problem: Error {
        case unbalancedBrackets
        case callSyntax
        case tooDeep

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
            case .tooDeep:
                ConfigIssue(
                    place: option, path: key,
                    problem: "lists and mappings are nested more than \(depthLimit) deep")
            }
        }
    }

    /// How deep lists may stand in each other.
    private static let depthLimit = 200

    /// Reads a value: `1`, `0.1`, `true`, `None`, `text`, `1,2`, `[a,b]`, `(1,(2,3))`.
    ///
    /// Brackets only mean something around a whole value and around commas, so `1]`, `[1` and `(1)(2`
    /// are texts.
    static func parse(
        _ written: String, origin: ConfigOrigin, depth: Int = 0
    ) throws(Problem) -> ConfigNode {
        guard depth <= depthLimit else { throw .tooDeep }
        let text = Substring(trimmingQuotes(written).filter { $0 != " " })
        func elements(_ inner: Substring) throws(Problem) -> [ConfigNode] {
            var elements: [ConfigNode] = []
            for part in try parts(of: inner) {
                elements.append(try parse(String(part), origin: origin, depth: depth + 1))
            }
            return elements
        }
        if isBracketed(text) {
            let inner = try elements(text.dropFirst().dropLast())
            return ConfigNode(text.first == "(" ? .tuple(inner) : .list(inner), origin: origin)
        }
        guard text.contains(",") else { return ConfigNode(scalar(String(text)), origin: origin) }
        let inner = try parts(of: text)
        // The original would look at the same text again and again.
        guard inner.first != text else { throw .callSyntax }
        return ConfigNode(.list(try elements(text)), origin: origin)
    }

    /// Whether brackets stand around the whole text.
    ///
    /// Those of `(1),(2)`, which the original runs into the ground with, stand around its elements.
    private static func isBracketed(_ text: Substring) -> Bool {
        guard ["()", "[]"].contains(String(text.prefix(1) + text.suffix(1))) else { return false }
        return !hasCommaOutside(text)
    }

    private static func hasCommaOutside(_ text: Substring) -> Bool {
        var depth = 0
        return text.contains { character in
            if "([".contains(character) { depth += 1 }
            if ")]".contains(character) { depth -= 1 }
            return character == "," && depth == 0
        }
    }

    /// The texts between the commas outside of brackets; a comma at the end closes the last one and
    /// begins none.
    private static func parts(of text: Substring) throws(Problem) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        // As the original counts: kinds of brackets do not know each other.
        var (round, square) = (0, 0)
        for (index, character) in zip(text.indices, text) {
            switch character {
            case "(": round += 1
            case ")": round -= 1
            case "[": square += 1
            case "]": square -= 1
            case "," where round == 0 && square == 0:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        guard round == 0, square == 0 else { throw .unbalancedBrackets }
        return start < text.endIndex ? parts + [text[start...]] : parts
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
    private static func number(_ written: String) -> ConfigValue? {
        let text = asciiDigits(written)
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
    /// The text without space around it and with the digits of all scripts as Python knows them.
    private static func asciiDigits(_ text: String) -> String {
        var scalars = text.unicodeScalars[...]
        scalars = scalars.drop(while: \.properties.isWhitespace)
        while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
        return String(
            String.UnicodeScalarView(
                scalars.map { scalar in
                    guard scalar.properties.numericType == .decimal,
                        let value = scalar.properties.numericValue
                    else { return scalar }
                    return Unicode.Scalar(UInt8(ascii: "0") + UInt8(value))
                }))
    }
}
