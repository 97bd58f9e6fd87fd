public import ConfigCore

/// Gathers what a user should hear about though a build goes on.
///
/// Whoever builds provides one in the build context, and logs the issues afterwards.
public final class BuildWarnings {
    /// The warnings, in the order in which they came up.
    public private(set) var issues: [ConfigIssue] = []

    /// An empty collection.
    public init() {}

    /// Adds a warning.
    public func add(_ issue: ConfigIssue) { issues.append(issue) }
}

extension BuildContext {
    /// Hands a warning to the collection of this build, if its owner wants to know.
    func warn(_ issue: ConfigIssue) { (try? value(BuildWarnings.self))?.add(issue) }
}
