/// Looks through a YAML text for what would cost its parser exponential time.
///
/// A few lines of aliases to aliases stand for a list of billions. Nobody walks through it as long
/// as it is a value; as a key it is hashed, element by element.
enum YAMLAliases {
    /// As many aliases do no harm.
    private static let harmless = 8

    /// The offset of a key that may be anything but a word, in a text with many aliases.
    static func costlyKey(in text: [UInt8]) -> Int? {
        var aliases = 0
        var key: Int?
        for (offset, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "*"):
                let name = text[(offset + 1)...].prefix { $0.isNameStart || $0.isDigit || $0 == 45 }
                if name.isEmpty { continue }
                aliases += 1
                if key == nil, isFollowedByColon(text[name.endIndex...]) { key = offset }
            case UInt8(ascii: "?"):
                let before = offset > 0 ? text[offset - 1] : UInt8(ascii: "\n")
                if key == nil, !before.isNameStart, !before.isDigit { key = offset }
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                if key == nil, isFollowedByColon(text[(offset + 1)...]) { key = offset }
            default: break
            }
        }
        return aliases < harmless ? nil : key
    }

    private static func isFollowedByColon(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        while let byte = rest.first, byte.isSpace || byte == UInt8(ascii: "#") {
            rest =
                byte.isSpace
                ? rest.drop(while: \.isSpace) : rest.drop { $0 != UInt8(ascii: "\n") }
        }
        return rest.first == UInt8(ascii: ":")
    }
}
