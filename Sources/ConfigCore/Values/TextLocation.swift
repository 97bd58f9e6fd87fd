/// A place in a text file: the line and column, counted from 1, of a character.
public struct TextLocation: Sendable, Hashable, CustomStringConvertible {
    /// The file as the user named it.
    public let file: String
    /// The line, counted from 1.
    public let line: Int
    /// The column in Unicode scalars, counted from 1.
    public let column: Int

    /// Names a place.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The place as compilers write it: `file:12:5`.
    public var description: String { "\(file):\(line):\(column)" }
}
