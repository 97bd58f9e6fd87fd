/// Everything that was found wrong with a config.
public struct ConfigError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, in the order it was found.
    public var issues: [ConfigIssue]

    /// Gathers what is wrong.
    public init(issues: [ConfigIssue]) { self.issues = issues }

    /// Reports one thing that is wrong.
    public init(_ issue: ConfigIssue) { issues = [issue] }

    /// Reports one thing that is wrong at a value.
    public init(at node: ConfigNode, path: String, problem: String, remedy: String? = nil) {
        self.init(ConfigIssue(at: node, path: path, problem: problem, remedy: remedy))
    }

    /// Reports a value of the wrong type: `expected a number, got the string "0.1"`.
    public init(at node: ConfigNode, path: String, expected: String, remedy: String? = nil) {
        self.init(
            at: node, path: path, problem: "expected \(expected), got \(node.value.summary)",
            remedy: remedy)
    }

    /// The messages, each with its source line where there is a file.
    public var description: String { issues.map(\.description).joined(separator: "\n") }
}
