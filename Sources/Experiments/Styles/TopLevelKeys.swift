package import ConfigCore

/// What the top-level names of a config are to its style.
package struct TopLevelKeys {
    /// The style; nil for a part of a config, which may be of both.
    package let style: ConfigStyle?
    /// Names that mean something.
    package let known: [String]
    /// Names that nothing reads and other values may be made from, as `img_norm_cfg`.
    package let shared: [String]
    /// Names that say something about machines or processes this program does not have.
    package let harmless: [String]
    /// Misspelt names, and names of the other style, each with what is said of it.
    package let refusals: [(key: String, reason: String)]
    private let issues: [ConfigIssue]

    /// Looks through the top level of a config.
    ///
    /// Errors: throws `ConfigError` where the config could be of either style.
    package init(_ root: ConfigNode) throws {
        let style = try ConfigStyle.recognized(root)
        let styles: [ConfigStyle] = style.map { [$0] } ?? [.legacy, .new]
        let meaningful = styles.reduce(into: Set<String>()) { $0.formUnion($1.knownKeys) }
        // Keys that both styles have mean something in the one that reads them.
        let idle = LegacyInterpreter.harmlessKeys.subtracting(meaningful)
        let both = meaningful.union(idle)
        let check = TopLevelCheck(
            root, known: both, read: both, foreign: style?.foreignKeys(in: root))
        let keys = root.mapping?.keys ?? []
        self.style = style
        issues = check.issues
        shared = check.sharedNames
        harmless = keys.filter(idle.contains)
        known = keys.filter(meaningful.contains)
        let accounted = Set(shared + harmless + known)
        refusals = zip(keys.filter { !accounted.contains($0) }, issues).map { key, issue in
            (key, issue.problem + (issue.remedy.map { "; \($0)" } ?? ""))
        }
    }

    /// What is said of shared names that the command line sets, when files have used them already.
    package func idleOverrides(of root: ConfigNode) -> [String] {
        func isOverridden(_ node: ConfigNode) -> Bool {
            if case .commandLine = node.origin { return true }
            return node.mapping?.contains { isOverridden($0.node) } ?? false
        }
        return shared.filter { root[$0].map(isOverridden) ?? false }.map {
            "--cfg-options: \($0): nothing reads this name, it changes nothing"
        }
    }

    /// Refuses a config with misspelt names or names of the other style.
    package func check() throws {
        guard issues.isEmpty else { throw ConfigError(issues: issues) }
    }
}
