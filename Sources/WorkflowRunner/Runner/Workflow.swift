public import ConfigCore

/// The list of phases that a run goes through again and again, each with its count.
public enum Workflow {
    /// Reads a workflow as configs write it; lists and tuples are both taken.
    public static func read(_ node: ConfigNode, at path: String = "workflow") throws -> [(
        String, Int
    )] {
        guard let steps = node.list else {
            throw ConfigError(at: node, path: path, expected: "a list of [phase, count]")
        }
        return try steps.enumerated().map { place, step in
            try readStep(step, at: ConfigPath.join(path, index: place))
        }
    }

    private static func readStep(_ node: ConfigNode, at path: String) throws -> (String, Int) {
        guard let parts = node.list, parts.count == 2 else {
            throw ConfigError(at: node, path: path, expected: "[phase, count]")
        }
        guard let phase = parts[0].string else {
            throw ConfigError(
                at: parts[0], path: ConfigPath.join(path, index: 0), expected: "the name of a phase"
            )
        }
        // A count of 1.0 is a slip, not a number of epochs.
        guard case .int(let count) = parts[1].value else {
            throw ConfigError(
                at: parts[1], path: ConfigPath.join(path, index: 1), expected: "an integer")
        }
        return (phase, count)
    }

    /// The workflow as MMCV logs it: `[('train', 2), ('val', 1)]`.
    public static func text(_ workflow: [(String, Int)]) -> String {
        "[" + workflow.map { "('\($0.0)', \($0.1))" }.joined(separator: ", ") + "]"
    }
}
