import ConfigCore

/// One number for all parameter groups, one for each, or either by the name of the optimizer.
enum GroupValues: Sendable, ConfigDecodable {
    case same(Double)
    case each([Double])
    case byOptimizer([String: GroupValues])

    /// Takes a number, a list of numbers, or a mapping from names to them.
    init(config node: ConfigNode, at path: String) throws {
        if let number = node.double {
            self = .same(number)
        } else if node.list != nil {
            self = .each(try [Double](config: node, at: path))
        } else if let entries = node.mapping {
            var named: [String: GroupValues] = [:]
            for (name, values) in entries {
                let place = ConfigPath.join(path, key: name)
                guard values.mapping == nil else {
                    throw ConfigError(at: values, path: place, expected: "a number or a list")
                }
                named[name] = try GroupValues(config: values, at: place)
            }
            self = .byOptimizer(named)
        } else {
            throw ConfigError(
                at: node, path: path, expected: "a number, a list, or a mapping by optimizer")
        }
    }

    /// All numbers there are.
    var all: [Double] {
        switch self {
        case .same(let value): [value]
        case .each(let values): values
        case .byOptimizer(let named): named.values.flatMap(\.all)
        }
    }

    /// The numbers of an optimizer's groups.
    func values(of optimizer: ScheduledOptimizer, key: String) throws -> [Double] {
        switch self {
        case .same(let value): return optimizer.starts.map { _ in value }
        case .each(let values):
            guard values.count == optimizer.starts.count else {
                throw optimizer.failure(
                    key,
                    "\(optimizer.name) has \(optimizer.starts.count) parameter groups, got \(values.count) numbers"
                )
            }
            return values
        case .byOptimizer(let named):
            let unknown = named.keys.filter { !optimizer.allNames.contains($0) }.sorted()
            guard let values = named[optimizer.name] else {
                let meant = Spelling.suggestion(for: optimizer.name, among: unknown)
                throw optimizer.failure(
                    key, "nothing is given for \"\(optimizer.name)\"",
                    remedy: "name it" + (meant.map { " instead of \"\($0)\"" } ?? ""))
            }
            for name in unknown { optimizer.warn(key, "the run has no optimizer \"\(name)\"") }
            return try values.values(of: optimizer, key: key)
        }
    }
}
