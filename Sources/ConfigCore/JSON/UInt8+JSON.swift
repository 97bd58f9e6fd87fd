extension UInt8 {
    /// Whether the byte is white space between the parts of a text.
    var isSpace: Bool { self == UInt8(ascii: " ") || (9...13).contains(self) }
}
