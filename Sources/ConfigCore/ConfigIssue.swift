/// One thing that is wrong, or worth a warning, in a config.
public struct ConfigIssue: Sendable, CustomStringConvertible {
    /// Where: `config.json:12:5`, a file, `--cfg-options`; `nil` for a config that the program
    /// wrote.
    public let place: String?
    /// The way to the value, `data.train.pipeline[2].type`; empty where the whole file is meant.
    public let path: String
    /// What is wrong.
    public let problem: String
    /// What to do about it.
    public let remedy: String?
    /// The place in numbers, where there is a file.
    public let location: TextLocation?
    /// The line of the place and a caret below it.
    public let excerpt: String?

    /// Describes something that has no line: a missing file, a command line.
    public init(place: String?, path: String = "", problem: String, remedy: String? = nil) {
        self.place = place
        self.path = path
        self.problem = problem
        self.remedy = remedy
        location = nil
        excerpt = nil
    }

    /// Describes something at a value, or at the key in front of it.
    public init(
        at node: ConfigNode, pointingAt target: ConfigSource.Target = .value, path: String,
        problem: String, remedy: String? = nil
    ) {
        guard let source = node.origin.source, let location = node.origin.location(target) else {
            self.init(place: node.origin.place, path: path, problem: problem, remedy: remedy)
            return
        }
        self.init(in: source, at: location, path: path, problem: problem, remedy: remedy)
    }

    /// Describes something at a place of a text.
    package init(
        in source: ConfigSource, at location: TextLocation, path: String = "", problem: String,
        remedy: String? = nil
    ) {
        place = location.description
        self.path = path
        self.problem = problem
        self.remedy = remedy
        self.location = location
        excerpt = source.excerpt(at: location)
    }

    /// The message on one line: `place: path: problem; remedy`.
    public var message: String {
        let parts = [place, path.isEmpty ? nil : path, problem].compactMap { $0 }
        return parts.joined(separator: ": ") + (remedy.map { "; \($0)" } ?? "")
    }

    /// The message, then the source line and a caret where there is a file.
    public var description: String { excerpt.map { "\(message)\n\($0)" } ?? message }
}
