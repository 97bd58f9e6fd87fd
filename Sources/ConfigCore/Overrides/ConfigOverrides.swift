/// Values given on the command line: `--cfg-options optimizer.lr=0.1
/// data.train.pipeline.0.size=32`.
///
/// Source: `DictAction` and `Config.merge_from_dict` in MMCV. Unlike there, digits step into lists
/// and tuples alike, down to single elements, and repeated options add up.
public enum ConfigOverrides {
    /// The way to a value and the value.
    public typealias Override = (keyPath: [String], node: ConfigNode)

    /// Reads `key=value` words.
    ///
    /// - Parameters:
    ///   - tokens: The words, of all occurrences of the option together.
    ///   - option: The option's name, for messages.
    /// - Returns: The overrides, in order.
    /// - Throws: `ConfigError` with one issue for every word that is none.
    public static func parse(
        _ tokens: [String], option: String = "--cfg-options"
    ) throws -> [Override] {
        var overrides: [Override] = []
        var issues: [ConfigIssue] = []
        for token in tokens {
            do throws(ConfigError) {
                overrides.append(try parse(token, option))
            } catch {
                issues += error.issues
            }
        }
        guard issues.isEmpty else { throw ConfigError(issues: issues) }
        return overrides
    }

    /// Puts values into a config.
    ///
    /// What is missing on the way becomes a mapping. `key._delete_=True` empties `key` before the
    /// other overrides are put in, wherever it stands among them.
    ///
    /// - Parameters:
    ///   - overrides: The values.
    ///   - root: The config.
    /// - Returns: The config with the values.
    /// - Throws: `ConfigError` for a way that leads through a value that has no keys.
    public static func apply(
        _ overrides: [Override], to root: ConfigNode
    ) throws -> ConfigNode {
        let effective = overrides.enumerated().filter { position, override in
            // What a later one replaces as a whole is not looked at.
            !overrides[(position + 1)...].contains {
                $0.keyPath.count < override.keyPath.count
                    && override.keyPath.starts(with: $0.keyPath)
            }
        }.map(\.element)
        let deletes = effective.filter { $0.keyPath.last == ConfigMerge.deleteKey }
        let others = effective.filter { $0.keyPath.last != ConfigMerge.deleteKey }
        return try (deletes + others).reduce(root) { node, override in
            try put(override, at: 0, into: node, path: "")
        }
    }

    /// What the user should know of `key=value` words: numbers that are not kept to the last digit.
    public static func warnings(
        _ tokens: [String], option: String = "--cfg-options"
    ) -> [ConfigIssue] {
        tokens.flatMap { token in
            let parts = token.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return WideIntegers.warnings(
                inValue: parts.last ?? "", of: String(parts[0]), option: option)
        }
    }

    /// How many parts a key may have.
    private static let keyLimit = 200

    private static func parse(_ token: String, _ option: String) throws(ConfigError) -> Override {
        guard let sign = token.firstIndex(of: "="), sign > token.startIndex else {
            throw ConfigError(
                ConfigIssue(place: option, problem: "expected key=value, got \"\(token)\""))
        }
        let key = String(token[..<sign])
        let keyPath = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard keyPath.count <= keyLimit else {
            throw ConfigError(
                ConfigIssue(
                    place: option,
                    problem: "a key of more than \(keyLimit) parts, \(key.prefix(20))..."))
        }
        let written = String(token[token.index(after: sign)...])
        do throws(OverrideValue.Problem) {
            let node = try OverrideValue.parse(written, origin: .commandLine(option))
            return (keyPath, node)
        } catch {
            throw ConfigError(error.issue(for: written, key: key, option: option))
        }
    }

    /// Puts a value below `node`, which is `path` or, being nil, not there yet; `depth` steps of the
    /// override's way are done.
    private static func put(
        _ override: Override, at depth: Int, into node: ConfigNode?, path: String
    ) throws -> ConfigNode {
        guard depth < override.keyPath.count else { return override.node.overriding(node) }
        let key = override.keyPath[depth]
        if key == ConfigMerge.deleteKey, depth == override.keyPath.count - 1 {
            let isSet = try Bool(config: override.node, at: ConfigPath.join(path, key: key))
            let empty = ConfigNode(.mapping(ConfigMapping()), origin: override.node.origin)
            return isSet ? empty.overriding(node) : node ?? empty
        }
        if let node, let elements = node.list {
            let position = try position(key, in: elements, path, override)
            var changed = elements
            changed[position] = try put(
                override, at: depth + 1, into: elements[position],
                path: ConfigPath.join(path, index: position))
            return node.holding(elements: changed)
        }
        let target = try mapping(in: node, path, override)
        var entries = target.mapping ?? ConfigMapping()
        entries[key] = try put(
            override, at: depth + 1, into: entries[key], path: ConfigPath.join(path, key: key))
        return target.holding(.mapping(entries))
    }

    /// The mapping to step into: a new one where there is nothing or `null`.
    private static func mapping(
        in node: ConfigNode?, _ path: String, _ override: Override
    ) throws -> ConfigNode {
        guard let node, !node.isNull else {
            return ConfigNode(.mapping(ConfigMapping()), origin: override.node.origin)
                .overriding(node)
        }
        guard node.mapping != nil else { throw cannotStep(into: node, path, override) }
        return node
    }

    private static func position(
        _ key: String, in elements: [ConfigNode], _ path: String, _ override: Override
    ) throws -> Int {
        let isNumber = !key.isEmpty && key.allSatisfy { ("0"..."9").contains($0) }
        if isNumber, let position = Int(key), elements.indices.contains(position) {
            return position
        }
        throw ConfigError(
            at: override.node, path: override.keyPath.joined(separator: "."),
            problem: isNumber
                ? "\(path) has no element \(key), it has \(elements.count)"
                : "\(path) is a list, \"\(key)\" is no position in it",
            remedy: elements.isEmpty ? nil : "positions are 0 to \(elements.count - 1)")
    }

    private static func cannotStep(
        into node: ConfigNode, _ path: String, _ override: Override
    ) -> ConfigError {
        let place = node.origin.place.map { " at \($0)" } ?? ""
        return ConfigError(
            at: override.node, path: override.keyPath.joined(separator: "."),
            problem: "\(path) is \(node.value.summary)\(place) and has no keys",
            remedy: "add \(path).\(ConfigMerge.deleteKey)=True to replace it by a mapping")
    }
}
