import ConfigCore

/// A workflow that cannot run, found before anything does.
public struct WorkflowError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The two parts of an entry.
    public enum Part: Int, Sendable {
        case phase
        case count
    }

    /// What is wrong.
    public let problem: String
    /// What to do about it.
    public let remedy: String?
    /// The entry that is wrong, counted from 0; nil where it is the whole list.
    public let entry: Int?
    /// The part of that entry.
    public let part: Part

    /// Describes what is wrong.
    public init(_ problem: String, remedy: String? = nil, entry: Int? = nil, part: Part = .phase) {
        self.problem = problem
        self.remedy = remedy
        self.entry = entry
        self.part = part
    }

    init(unknownPhase phase: String, entry: Int, known: Set<String>) {
        let suggestion = Spelling.suggestion(for: phase, among: known.sorted())
        self.init(
            "the runner has no phase \"\(phase)\"",
            remedy: suggestion.map { "did you mean \"\($0)\"?" }
                ?? "known: \(known.sorted().joined(separator: ", "))",
            entry: entry)
    }

    /// The way to what is wrong, as messages name it: `workflow[1][0]`.
    public var path: String { "workflow" + (entry.map { "[\($0)][\(part.rawValue)]" } ?? "") }

    /// The message for the user, on one line.
    public var description: String { "\(path): \(problem)" + (remedy.map { "; \($0)" } ?? "") }
}
