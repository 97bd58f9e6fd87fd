/// Why a picture cannot be drawn or written.
public struct DrawingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The message, in the form `place: problem; remedy`.
    public let description: String

    /// An error of that text.
    public init(_ description: String) { self.description = description }
}
