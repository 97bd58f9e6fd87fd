public import ConfigCore

/// When a hook acts among those of its stage: the lower number first.
public struct HookPriority: RawRepresentable, Comparable, Hashable, Sendable {
    /// The number, from 0 to 100.
    public let rawValue: Int

    /// The priority of that number, or nil outside 0 to 100.
    public init?(rawValue: Int) {
        guard 0...100 ~= rawValue else { return nil }
        self.rawValue = rawValue
    }

    private init(_ level: Int) { rawValue = level }

    /// First of all.
    public static let highest = HookPriority(0)
    /// Learning rates.
    public static let veryHigh = HookPriority(10)
    /// Momentum.
    public static let high = HookPriority(30)
    /// The optimizer.
    public static let aboveNormal = HookPriority(40)
    /// Checkpoints, and hooks that say nothing else.
    public static let normal = HookPriority(50)
    /// After the normal ones.
    public static let belowNormal = HookPriority(60)
    /// The timer and evaluation.
    public static let low = HookPriority(70)
    /// Loggers.
    public static let veryLow = HookPriority(90)
    /// Last of all.
    public static let lowest = HookPriority(100)

    private static let named: [(name: String, priority: HookPriority)] = [
        ("HIGHEST", .highest), ("VERY_HIGH", .veryHigh), ("HIGH", .high),
        ("ABOVE_NORMAL", .aboveNormal), ("NORMAL", .normal), ("BELOW_NORMAL", .belowNormal),
        ("LOW", .low), ("VERY_LOW", .veryLow), ("LOWEST", .lowest),
    ]

    /// The priority of the original's name, in capitals or not; nil where there is none.
    public init?(named name: String) {
        guard let priority = Self.named.first(where: { $0.name == name.uppercased() })?.priority
        else { return nil }
        self = priority
    }

    /// The lower number is less: it comes first.
    public static func < (a: HookPriority, b: HookPriority) -> Bool { a.rawValue < b.rawValue }

    /// The original's name of the level, or the number.
    var label: String {
        Self.named.first { $0.priority == self }?.name ?? "\(rawValue)"
    }
}

extension HookPriority: ConfigDecodable {
    /// Takes a number from 0 to 100 or a name such as `VERY_HIGH`.
    public init(config node: ConfigNode, at path: String) throws {
        switch node.value {
        case .int(let level):
            guard let priority = HookPriority(rawValue: level) else {
                throw ConfigError(
                    at: node, path: path, problem: "expected a number from 0 to 100, got \(level)")
            }
            self = priority
        case .string(let name):
            guard let priority = HookPriority(named: name) else {
                let names = Self.named.map(\.name)
                let remedy =
                    Spelling.suggestion(for: name.uppercased(), among: names)
                    .map { "did you mean \"\($0)\"?" } ?? "known: \(names.joined(separator: ", "))"
                throw ConfigError(
                    at: node, path: path, problem: "\"\(name)\" is not a known priority",
                    remedy: remedy)
            }
            self = priority
        default:
            throw ConfigError(at: node, path: path, expected: "a priority's name or number")
        }
    }
}
