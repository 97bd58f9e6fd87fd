/// A batch the model cannot use.
public struct BatchError: Error, Sendable, CustomStringConvertible {
    /// What is wrong with it and, after a semicolon, what to do about it.
    public let description: String

    /// An error of that text.
    public init(_ description: String) { self.description = description }

    /// Says that a batch lacks a part, or has it in another form than the model takes.
    public static func missing(_ key: String, count: Int? = nil) -> BatchError {
        let form = count.map { " of \($0) class numbers" } ?? ""
        return BatchError(
            "batch: there is no \"\(key)\"\(form); the pipeline's Collect must list it in keys")
    }
}
