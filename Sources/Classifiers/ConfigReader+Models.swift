import ConfigCore

extension ConfigReader {
    /// Reads a whole number of at least 1.
    mutating func positive(_ key: String, default: Int? = nil) throws -> Int {
        let value = try `default`.map { try self.value(key, default: $0) } ?? required(key)
        guard value > 0 else { throw failure(key, "", expected: "a positive integer") }
        return value
    }

    /// Reads a number of at least 0.
    mutating func nonNegative(_ key: String, default: Double) throws -> Double {
        let value = try self.value(key, default: `default`)
        guard value >= 0 else { throw failure(key, "", expected: "a number of 0 or more") }
        return value
    }

    /// Reads a list of positive whole numbers, if the key is there.
    mutating func positiveList(_ key: String) throws -> [Int]? {
        guard let values = try optional(key, as: [Int].self) else { return nil }
        guard values.allSatisfy({ $0 > 0 }) else {
            throw failure(key, "", expected: "positive integers")
        }
        return values
    }

    /// Reads one of the words that an enumeration stands for.
    mutating func choice<T: RawRepresentable<String>>(
        _ key: String, default: T, among choices: [T]
    ) throws -> T {
        let word = try value(key, default: `default`.rawValue)
        guard let choice = T(rawValue: word) else {
            let words = choices.map(\.rawValue)
            throw failure(
                key, "", expected: Self.alternatives(words),
                remedy: Spelling.suggestion(for: word, among: words).map {
                    "did you mean \"\($0)\"?"
                })
        }
        return choice
    }

    private static func alternatives(_ words: [String]) -> String {
        let quoted = words.map { "\"\($0)\"" }
        let last = quoted.last ?? ""
        return quoted.count < 2 ? last : quoted.dropLast().joined(separator: ", ") + " or " + last
    }

    /// An error about a word that names none of the things of that kind.
    func unknown(_ key: String, _ word: String, kind: String, among known: [String])
        -> ConfigError
    {
        let remedy =
            Spelling.suggestion(for: word, among: known).map { "did you mean \"\($0)\"?" }
            ?? "known: \(known.joined(separator: ", "))"
        return failure(key, "\"\(word)\" is not a known \(kind)", remedy: remedy)
    }

    /// Reads `conv_cfg`, whose only kind is the plain convolution.
    mutating func readPlainConvolution() throws {
        _ = try nested("conv_cfg") { reader in
            let type: String = try reader.required("type")
            guard ["Conv2d", "Conv"].contains(type) else {
                throw reader.unknown("type", type, kind: "convolution", among: ["Conv2d", "Conv"])
            }
        }
    }

    /// An error about an option of the original that this program does not honour yet.
    func notSupportedYet(_ key: String, remedy: String? = nil) -> ConfigError {
        let value = node[key]
        let what =
            switch value?.value {
            case .string(let text): "\"\(text)\" is"
            case .bool, .int, .double: value.map { "\($0.value.plainText) is" } ?? "is"
            default: "is"
            }
        return failure(key, "\(what) not supported yet", remedy: remedy)
    }
}

extension ConfigValue {
    fileprivate var plainText: String {
        switch self {
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .double(let value): "\(value)"
        default: summary
        }
    }
}
