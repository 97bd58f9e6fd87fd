/// What becomes of the top-level names of a config that nobody read.
///
/// A config shares values through such names (`dataset_type`, `img_norm_cfg`), so they are kept;
/// one that is within did-you-mean distance of a key the style knows is a misspelling instead.
public struct TopLevelCheck: Sendable {
    /// The names that look like misspellings, as errors.
    public var issues: [ConfigIssue] = []
    /// The other names that nobody read, in order.
    public var sharedNames: [String] = []

    /// Looks through the top level of a config.
    ///
    /// - Parameters:
    ///   - root: The whole config.
    ///   - known: The keys that the config's style gives a meaning.
    ///   - read: The keys that were read.
    public init(_ root: ConfigNode, known: some Collection<String>, read: Set<String>) {
        let known = known.sorted()  // so that the same config gives the same suggestion
        for (key, node) in root.mapping ?? ConfigMapping() {
            if read.contains(key) || known.contains(key) { continue }
            // A leading underscore marks a name as the file's own.
            if !key.hasPrefix("_"), let meant = Spelling.suggestion(for: key, among: known) {
                issues.append(
                    ConfigIssue(
                        at: node, pointingAt: .key, path: ConfigPath.join("", key: key),
                        problem: "unknown key", remedy: "did you mean \(meant)?"))
            } else {
                sharedNames.append(key)
            }
        }
    }
}
