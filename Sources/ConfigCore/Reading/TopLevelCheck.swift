/// What becomes of the top-level names of a config that nobody read.
///
/// A config shares values through such names (`dataset_type`, `img_norm_cfg`), so they are kept;
/// one that is within did-you-mean distance of a key the style knows is a misspelling instead, and
/// one that belongs to another style is named as such. Neither is said of a name whose value stands
/// elsewhere in the config as well: that is what it is shared for.
public struct TopLevelCheck: Sendable {
    /// Keys of another style than the config's.
    public struct ForeignKeys: Sendable {
        /// What messages say of them: `a legacy key in a new-style config`.
        public let problem: String
        /// The keys, and what to do about each.
        public let remedies: [String: String]

        /// Gathers the keys of another style.
        public init(problem: String, remedies: [String: String]) {
            self.problem = problem
            self.remedies = remedies
        }
    }

    /// Long names with a part in common (`query_dataloader`, `test_dataloader`) are no misspellings
    /// of each other.
    private static let mostEdits = 2

    /// The names that look like misspellings or belong to another style, as errors.
    public var issues: [ConfigIssue] = []
    /// The other names that nobody read, in order.
    public var sharedNames: [String] = []

    /// Looks through the top level of a config.
    ///
    /// - Parameters:
    ///   - root: The whole config.
    ///   - known: The keys that the config's style gives a meaning.
    ///   - read: The keys that were read.
    ///   - foreign: The keys of another style.
    public init(
        _ root: ConfigNode, known: some Collection<String>, read: Set<String>,
        foreign: ForeignKeys? = nil
    ) {
        let known = known.sorted()  // so that the same config gives the same suggestion
        for (key, node) in root.mapping ?? ConfigMapping() {
            if read.contains(key) || known.contains(key) { continue }
            func note(_ problem: String, _ remedy: String) {
                issues.append(
                    ConfigIssue(
                        unknownKeyOf: node, path: ConfigPath.join("", key: key),
                        problem: problem, remedy: remedy))
            }
            // A leading underscore marks a name as the file's own.
            let meant =
                key.hasPrefix("_")
                ? nil
                : Spelling.suggestion(for: key, among: known, atMost: Self.mostEdits)
                    ?? Self.sameWord(as: key, among: known)
            let remedy = node.isNull ? nil : foreign?.remedies[key]
            if remedy == nil && meant == nil || Self.isShared(key, node, root) {
                sharedNames.append(key)
            } else if let foreign, let remedy {
                note(foreign.problem, remedy)
            } else if let meant {
                note("unknown key", "did you mean \(meant)?")
            }
        }
    }

    /// The key that differs in how it writes `config` alone, as `checkpoint_cfg` from `checkpoint_config`.
    private static func sameWord(as key: String, among known: [String]) -> String? {
        func stem(_ name: String) -> Substring? {
            let word = ["_config", "_cfg", "_conf"].first { name.hasSuffix($0) }
            return word.map { name.dropLast($0.count) }
        }
        guard let own = stem(key) else { return nil }
        return known.first { stem($0) == own }
    }

    /// Whether a mapping or list under a top-level key stands elsewhere, too.
    private static func isShared(_ key: String, _ node: ConfigNode, _ root: ConfigNode) -> Bool {
        guard node.mapping?.isEmpty == false || node.list?.isEmpty == false else { return false }
        func holds(_ other: ConfigNode) -> Bool {
            if other == node { return true }
            return other.mapping?.contains { holds($0.node) } ?? other.list?.contains(where: holds)
                ?? false
        }
        return root.mapping?.contains { $0.key != key && holds($0.node) } ?? false
    }
}
