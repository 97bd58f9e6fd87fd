/// An event file that cannot be made.
public struct EventFileError: Error, CustomStringConvertible {
    /// The folder it should be in.
    public let directory: String
    /// What the system says.
    public let cause: any Error

    /// The message for the user, on one line.
    public var description: String {
        "\(directory): cannot write an event file: \(cause); choose another folder with log_dir"
    }
}
