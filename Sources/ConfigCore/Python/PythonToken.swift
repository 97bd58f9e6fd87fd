/// A word, sign or literal of a Python text, and where it stands.
struct PythonToken {
    /// What a token is.
    enum Kind: Equatable {
        /// A name or keyword.
        case name(String)
        /// A number or text.
        case constant(PythonConstant)
        /// The body of a text with `{expressions}` in it, and whether its backslashes are plain.
        case formatted(body: Range<Int>, isRaw: Bool)
        /// `{{ _base_.a.b }}`, of which this is `a.b`.
        case base(String)
        /// Brackets, operators and separators.
        case sign(String)
        /// The end of a statement's line.
        case newline
        /// A line that begins further to the right than the one before.
        case indent
        /// The end of a block.
        case dedent
        /// The end of the text.
        case end
    }

    let kind: Kind
    let range: Range<Int>

    /// The token as messages name it.
    var summary: String {
        switch kind {
        case .name(let name): "\"\(name)\""
        case .constant(.text), .formatted: "a string"
        case .constant: "a number"
        case .base: "a reference to a base"
        case .sign(let sign): "\"\(sign)\""
        case .newline: "the end of the line"
        case .indent: "an indented line"
        case .dedent: "the end of the block"
        case .end: "the end of the file"
        }
    }
}

/// A value that a literal writes out.
enum PythonConstant: Equatable, Sendable {
    case none
    case bool(Bool)
    case int(Int)
    /// A whole number beyond 64 bits, by its decimal digits.
    case hugeInt(String)
    case double(Double)
    case text(String)
}
