/// A checkpoint file that cannot be read, written or used.
///
/// `description` reads `file: path: problem; remedy`.
public struct CheckpointError: Error, Sendable, CustomStringConvertible {
    /// The file as the user spelled it.
    public let file: String
    /// The place inside the file: a record of the archive or a key of the state dictionary.
    public let path: String?
    /// What is wrong.
    public let problem: String
    /// What the user can do about it.
    public let remedy: String?
    /// The error underneath, where there is one.
    public let cause: (any Error)?

    /// Describes what is wrong with one file.
    public init(
        file: String, path: String? = nil, problem: String, remedy: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.file = file
        self.path = path
        self.problem = problem
        self.remedy = remedy
        self.cause = cause
    }

    /// The message for the user, on one line.
    public var description: String {
        let place = path.map { "\(file): \($0)" } ?? file
        return "\(place): \(problem)" + (remedy.map { "; \($0)" } ?? "")
    }
}

/// What is wrong inside a file, before the file's name is put in front of it.
struct FileProblem: Error {
    var path: String?
    var problem: String
    var remedy: String?

    init(_ problem: String, at path: String? = nil, remedy: String? = nil) {
        self.path = path
        self.problem = problem
        self.remedy = remedy
    }

    func named(_ file: String) -> CheckpointError {
        CheckpointError(file: file, path: path, problem: problem, remedy: remedy)
    }

    /// The same problem, placed inside `path` unless its place is known already.
    func at(_ path: String) -> FileProblem {
        FileProblem(problem, at: self.path ?? path, remedy: remedy)
    }
}

/// The remedies that several problems share.
enum Remedy {
    static let damaged = "the file is damaged: copy it again or use another checkpoint"
    static let saveAgain = "load it in Python and save it again with torch.save"
    static let saveStateDictionary = "save a plain state_dict in Python instead"
}

/// Stops the program with a message that release builds keep: the caller made a mistake.
func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition {
        fatalError(message())
    }
}
