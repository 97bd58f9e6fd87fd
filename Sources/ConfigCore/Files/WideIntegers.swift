/// Warns of whole numbers beyond 64 bits, which are read as floating-point ones.
enum WideIntegers {
    /// A warning for every such number that a config was read with.
    static func warnings(in root: ConfigNode, at path: String = "") -> [ConfigIssue] {
        switch root.value {
        case .double(let value) where value.magnitude >= 0x1p63:
            guard let word = root.origin.writtenWord, isWide(word) else { return [] }
            let issue = ConfigIssue(
                at: root, path: path, problem: problem(word, value), remedy: remedy)
            return [issue]
        case .list(let elements), .tuple(let elements):
            return elements.enumerated().flatMap {
                warnings(in: $1, at: ConfigPath.join(path, index: $0))
            }
        case .mapping(let entries):
            return entries.flatMap { warnings(in: $0.node, at: ConfigPath.join(path, key: $0.key)) }
        default: return []
        }
    }

    /// A warning for every such number in the value of a `key=value` word.
    static func warnings(inValue text: Substring, of key: String, option: String) -> [ConfigIssue] {
        text.split { "[](), '\"".contains($0) }.compactMap { word in
            guard isWide(String(word)), let value = Double(word.filter { $0 != "_" }) else {
                return nil
            }
            return ConfigIssue(
                place: option, path: key, problem: problem(String(word), value), remedy: remedy)
        }
    }

    private static let remedy = "write it as a float, or as a string"

    private static func problem(_ word: String, _ value: Double) -> String {
        "\(word) is beyond 64 bits and is read as \(value)"
    }

    /// Whether a word is a whole number that 64 bits do not hold.
    private static func isWide(_ word: String) -> Bool {
        let unsigned = word.hasPrefix("-") || word.hasPrefix("+") ? word.dropFirst() : word[...]
        let digits = unsigned.filter { $0 != "_" }.lowercased()
        let radices = ["0x": 16, "0o": 8, "0b": 2]
        let radix = radices[String(digits.prefix(2))]
        let number = radix == nil ? digits : String(digits.dropFirst(2))
        guard !number.isEmpty,
            number.allSatisfy({ ($0.hexDigitValue ?? 16) < radix ?? 10 && $0.isASCII })
        else { return false }
        return Int((word.hasPrefix("-") ? "-" : "") + number, radix: radix ?? 10) == nil
    }
}
