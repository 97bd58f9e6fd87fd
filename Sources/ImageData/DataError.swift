/// A file or folder of a data set that cannot be used.
public struct DataError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of trouble it is.
    public enum Kind: Sendable {
        /// The file cannot be read or decoded; `on_corrupt: "skip"` leaves such files out.
        case unreadable
        /// The data can be read but does not fit what is to be done with it.
        case unfit
    }

    /// The file or folder as the user named it.
    public let file: String
    /// What is wrong and, after a semicolon, what to do about it.
    public let reason: String
    /// What kind of trouble it is.
    public let kind: Kind

    /// Names what is wrong with a file or folder.
    public init(file: String, reason: String, kind: Kind = .unreadable) {
        self.file = file
        self.reason = reason
        self.kind = kind
    }

    /// The message: `file: reason`.
    public var description: String { "\(file): \(reason)" }
}
