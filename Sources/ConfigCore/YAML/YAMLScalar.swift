/// What words mean in YAML 1.1, as PyYAML reads them.
///
/// Source: `yaml/resolver.py` and `yaml/constructor.py` of PyYAML 6.
enum YAMLScalar {
    /// Why a word has no value.
    struct Problem: Error {
        let problem: String
        let remedy: String?
    }

    /// A tag without what all of YAML's own begin with.
    static func shortTag(_ tag: String) -> String {
        let prefix = "tag:yaml.org,2002:"
        return tag.hasPrefix(prefix) ? String(tag.dropFirst(prefix.count)) : tag
    }

    /// The value of a word.
    ///
    /// - Parameters:
    ///   - text: The word.
    ///   - tag: Its tag; empty if it has none.
    ///   - isPlain: Whether it stands there without quotes.
    /// - Returns: The value.
    /// - Throws: `Problem` for tags that mean nothing here and words that do not fit theirs.
    static func value(
        _ text: String, tag: String, isPlain: Bool
    ) throws(Problem) -> ConfigValue {
        let tag = shortTag(tag)
        switch tag {
        case "" where isPlain: return try plain(text)
        case "", "!", "str", "python/str", "python/unicode": return .string(text)
        case "null", "python/none": return .null
        case "bool", "python/bool":
            if let value = bool(text) { return .bool(value) }
        case "int", "python/int", "python/long":
            if let value = integer(text) { return value }
        case "float", "python/float":
            if let value = integer(text), case .int(let whole) = value {
                return .double(Double(whole))
            }
            if let value = real(text) ?? Double(text) { return .double(value) }
        case _ where tag.hasPrefix("python/"):
            throw Problem(
                problem: "!!\(tag) runs Python: not supported", remedy: "write the value itself")
        default:
            throw Problem(problem: "the tag \(tag) is not known", remedy: nil)
        }
        throw Problem(problem: "\"\(text)\" is no \(tag)", remedy: nil)
    }

    private static func plain(_ text: String) throws(Problem) -> ConfigValue {
        if ["", "~", "null", "Null", "NULL"].contains(text) { return .null }
        if let value = bool(text) { return .bool(value) }
        if let value = integer(text) { return value }
        if let value = real(text) { return .double(value) }
        if text.utf8.first?.isDigit == true, text.wholeMatch(of: date) != nil {
            throw Problem(problem: "\(text) is a date in YAML", remedy: "put it in quotes")
        }
        return .string(text)
    }

    private static var date: Regex<Substring> {
        /[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}.*)?/
    }

    private static func bool(_ text: String) -> Bool? {
        let isWord =
            [text.lowercased(), text.uppercased()].contains(text)
            || text.dropFirst() == text.dropFirst().lowercased()
        guard isWord else { return nil }
        return switch text.lowercased() {
        case "yes", "true", "on": true
        case "no", "false", "off": false
        default: nil
        }
    }

    /// `12`, `0x1F`, `0b1`, `017` and `1:30` (which is 90).
    private static func integer(_ text: String) -> ConfigValue? {
        let isNegative = text.hasPrefix("-")
        let unsigned = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard unsigned.utf8.first?.isDigit == true else { return nil }
        let digits = unsigned.filter { $0 != "_" }
        func number(_ digits: some StringProtocol, _ radix: Int) -> ConfigValue? {
            guard digits.utf8.first.map({ $0 != 43 && $0 != 45 }) ?? false else { return nil }
            if let value = Int((isNegative ? "-" : "") + digits, radix: radix) {
                return .int(value)
            }
            guard radix == 10, digits.utf8.allSatisfy(\.isDigit), let value = Double(digits) else {
                return nil
            }
            return .double(isNegative ? -value : value)
        }
        if digits.hasPrefix("0b") { return number(digits.dropFirst(2), 2) }
        if digits.hasPrefix("0x") { return number(digits.dropFirst(2), 16) }
        if digits == "0" { return .int(0) }
        if digits.hasPrefix("0") { return number(digits, 8) }
        guard digits.contains(":") else { return number(digits, 10) }
        return sixties(digits).flatMap { Int(exactly: $0) }.map { .int(isNegative ? -$0 : $0) }
    }

    /// `1.5`, `1.`, `.5`, `1.e+3`, `.inf`; an exponent needs the point and a sign.
    private static func real(_ text: String) -> Double? {
        let isNegative = text.hasPrefix("-")
        let unsigned = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
        if [".nan", ".NaN", ".NAN"].contains(text) { return .nan }
        if [".inf", ".Inf", ".INF"].contains(unsigned) {
            return isNegative ? -.infinity : .infinity
        }
        guard let first = unsigned.utf8.first, first.isDigit || first == UInt8(ascii: ".") else {
            return nil
        }
        let form = /(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?/
        let plain = unsigned.filter { $0 != "_" }
        if unsigned.wholeMatch(of: form) != nil, unsigned.first != "." || unsigned == text {
            return Double(PythonText.padded(String(plain))).map { isNegative ? -$0 : $0 }
        }
        guard unsigned.wholeMatch(of: /[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*/) != nil else {
            return nil
        }
        return sixties(plain).map { isNegative ? -$0 : $0 }
    }

    /// Hours, minutes and seconds.
    private static func sixties(_ text: String) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var total = 0.0
        for (position, part) in parts.enumerated() {
            let isLast = position == parts.count - 1
            guard part.utf8.allSatisfy({ $0.isDigit || isLast && $0 == UInt8(ascii: ".") }),
                let value = Double(PythonText.padded(String(part))), position == 0 || value < 60
            else { return nil }
            total = total * 60 + value
        }
        return total
    }
}
