import ConfigCore

/// Config trees that are hard on writers and readers, from a seed.
struct RandomTree {
    private var random: SplitMix

    init(seed: UInt64) {
        random = SplitMix(state: seed)
    }

    /// A config whose top-level keys are names in Python.
    mutating func config() -> ConfigNode {
        var entries = ConfigMapping()
        for number in 0..<Int.random(in: 0...5, using: &random) {
            let name = Self.names.randomElement(using: &random) ?? "name"
            entries["\(name)\(number)"] = node(depth: 0)
        }
        return ConfigNode(.mapping(entries))
    }

    private mutating func node(depth: Int) -> ConfigNode {
        let kinds = depth < 5 ? 9 : 6
        let value: ConfigValue =
            switch Int.random(in: 0..<kinds, using: &random) {
            case 0: .null
            case 1: .bool(.random(using: &random))
            case 2: .int(integer())
            case 3: .double(number())
            case 4, 5: .string(text())
            case 6: .list(elements(depth))
            case 7: .tuple(elements(depth))
            default: .mapping(entries(depth))
            }
        return ConfigNode(value)
    }

    private mutating func elements(_ depth: Int) -> [ConfigNode] {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in node(depth: depth + 1) }
    }

    private mutating func entries(_ depth: Int) -> ConfigMapping {
        var entries = ConfigMapping()
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            entries[Bool.random(using: &random) ? text() : word()] = node(depth: depth + 1)
        }
        return entries
    }

    private mutating func word() -> String { Self.names.randomElement(using: &random) ?? "a" }

    private mutating func integer() -> Int {
        let edges = [0, -1, 1, .max, .min, 1 << 53, 0o17, 1_000_000]
        return Bool.random(using: &random)
            ? edges.randomElement(using: &random) ?? 0 : Int(bitPattern: UInt(random.next()))
    }

    private mutating func number() -> Double {
        let edges = [
            0, -0.0, 1, -1, 1e-5, 1e-05, 1e16, 1e22, 0.1, 123.675, .infinity, -.infinity, .nan,
            .leastNonzeroMagnitude, .greatestFiniteMagnitude, .pi, 9.223372036854776e18,
        ]
        return Bool.random(using: &random)
            ? edges.randomElement(using: &random) ?? 0 : Double(bitPattern: random.next())
    }

    private mutating func text() -> String {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return word()
        case 1: return Self.oddities.randomElement(using: &random) ?? ""
        default:
            let parts = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                let isPlain = Bool.random(using: &random)
                let scalar = Self.scalar(random.next(), isPlain: isPlain)
                return String(scalar)
            }
            return parts.joined() + (Bool.random(using: &random) ? word() : "")
        }
    }

    /// Any character but NUL, which JSON files may not hold and json-c ends keys at.
    private static func scalar(_ bits: UInt64, isPlain: Bool) -> Character {
        let value = UInt32(bits % (isPlain ? 0x7F : 0x110000))
        return Character(Unicode.Scalar(max(1, value)) ?? "\u{FFFD}")
    }

    private static let names = [
        "a", "lr", "type", "max_epochs", "_private", "x1", "dict_",
        "none", "self", "type_", "T", "print", "range", "len", "float_",
    ]

    /// Words that a notation could take for something else.
    private static let oddities = [
        "", " ", "  a  ", "yes", "No", "ON", "off", "y", "n", "true", "False", "TRUE", "null",
        "Null", "~", "None", "nan", ".nan", ".inf", "-.Inf", "inf", "1", "-1", "+1", "1.0", "1.",
        ".5", "1e5", "1e-05", "1.0e+5", "0x1F", "0b1", "0o17", "017", "1_000", "1:30", "12:30:45",
        "190:20:30.15", "2024-01-01", "2024-01-01 12:00:00", "2024-1-1T1:2:3Z", "=", "<<", "-",
        "- a", "?", "? a", ":", "a: b", "a:b", "#", "a #b", "&a", "*a", "!tag", "!!str", "%YAML",
        "@a", "`a`", "|", ">", "'", "\"", "'a'", "\"a\"", "it's", "say \"hi\"", "\\", "\\n",
        "a\\", "a\nb", "\n", "\na\n", "a\r\nb", "\r", "\t", "a\tb", "---", "...", "--- a", "[", "]",
        "[1, 2]", "{", "}", "{a: 1}", "{}", "[]", "(1,)", "a,b", ",", "\u{7F}", "\u{85}",
        "a\u{85}b", "\u{A0}", "\u{2028}", "\u{2029}a", "\u{FEFF}", "\u{FEFF}\u{FEFF}a", "a\u{FEFF}",
        "\u{FFFE}", "😀",
        "e\u{301}", "é", "日本語", "\u{1}\u{1F}", "\u{10FFFF}", "{{ fileDirname }}",
        "{{fileBasename}}/x", "{{{ fileExtname }}", "{{$HOME:x}}", "{{'$HOME:'}}", "{{ other }}",
        "}}", "{{", "f'{x}'", "%s", "{0}", "$HOME", "True", "lambda", "import os", "\"\"\"", "'''",
        "dict(a=1)", "float(\"nan\")", "_base_", "__x", "u'a'", "b''", "a'b\"c\\d\ne",
    ]
}

/// A generator that gives the same numbers everywhere.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
