/// What becomes of the top-level names of a config that nobody read.
///
/// A config shares values through such names (`dataset_type`, `img_norm_cfg`), so they are kept;
/// one that is within did-you-mean distance of a key the style knows is a misspelling instead, and
/// one that belongs to another style is named as such.
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
            if let foreign, let remedy = foreign.remedies[key] {
                note(foreign.problem, remedy)
            } else if !key.hasPrefix("_"), let meant = Spelling.suggestion(for: key, among: known) {
                note("unknown key", "did you mean \(meant)?")
            } else {
                sharedNames.append(key)
            }
        }
    }
}
