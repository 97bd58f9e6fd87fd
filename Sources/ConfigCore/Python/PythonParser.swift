/// Reads the statements of a Python config.
struct PythonParser {
    let text: [UInt8]
    private let tokens: [PythonToken]
    private var position = 0
    /// How many expressions and blocks stand around the current token.
    var depth: Int

    /// The statements of a text.
    static func statements(of text: [UInt8]) throws(PythonProblem) -> [PythonStatement] {
        let tokens = try PythonTokenizer.tokens(of: text)
        var parser = PythonParser(text: text, tokens: tokens, depth: 0)
        var statements: [PythonStatement] = []
        while parser.current.kind != .end { statements += try parser.line() }
        return statements
    }

    /// The expression in a part of a text, which stands inside `depth` others.
    static func expression(
        in range: Range<Int>, of text: [UInt8], depth: Int
    ) throws(PythonProblem) -> PythonExpression {
        let tokens = try PythonTokenizer.tokens(ofExpressionIn: range, of: text)
        var parser = PythonParser(text: text, tokens: tokens, depth: depth)
        let expression = try parser.expressionList()
        if parser.current.kind != .end { throw parser.unexpected() }
        return expression
    }

    private init(text: [UInt8], tokens: [PythonToken], depth: Int) {
        self.text = text
        self.tokens = tokens
        self.depth = depth
    }

    // MARK: Tokens

    /// The token that was not read yet; the last one is never passed.
    var current: PythonToken { tokens[position] }

    /// The token after the current one.
    var next: PythonToken { tokens[min(position + 1, tokens.count - 1)] }

    /// Goes on to the next token.
    mutating func advance() { position = min(position + 1, tokens.count - 1) }

    /// Passes a sign if it is the current token.
    mutating func take(_ sign: String) -> Bool {
        guard current.kind == .sign(sign) else { return false }
        advance()
        return true
    }

    /// Passes a keyword if it is the current token.
    mutating func take(keyword: String) -> Bool {
        guard current.kind == .name(keyword) else { return false }
        advance()
        return true
    }

    /// Passes a sign that must be there.
    mutating func expect(_ sign: String) throws(PythonProblem) {
        if !take(sign) { throw unexpected(instead: "\"\(sign)\"") }
    }

    /// The error for the current token where it cannot stand.
    func unexpected(instead wanted: String? = nil) -> PythonProblem {
        let problem = "\(current.summary) cannot stand here"
        return .syntax(
            at: current.range.lowerBound, problem, remedy: wanted.map { "expected \($0)" })
    }

    // MARK: Statements

    /// The statements of a line: several by `;`, or one with the blocks below it.
    private mutating func line() throws(PythonProblem) -> [PythonStatement] {
        if current.kind == .indent {
            throw .syntax(at: current.range.lowerBound, "the line is indented without a block")
        }
        if take(keyword: "if") { return [try branches()] }
        return try simpleLine()
    }

    /// The statements of a line without blocks.
    private mutating func simpleLine() throws(PythonProblem) -> [PythonStatement] {
        var statements = [try simpleStatement()]
        while take(";"), current.kind != .newline, current.kind != .end {
            statements.append(try simpleStatement())
        }
        guard current.kind == .newline || current.kind == .end else { throw unexpected() }
        if current.kind == .newline { advance() }
        return statements
    }

    /// The blocks of an `if` whose keyword was passed.
    private mutating func branches() throws(PythonProblem) -> PythonStatement {
        let offset = current.range.lowerBound
        var branches: [(PythonExpression?, [PythonStatement])] = []
        repeat {
            let test = try expression()
            try expect(":")
            branches.append((test, try block()))
        } while take(keyword: "elif")
        if take(keyword: "else") {
            try expect(":")
            branches.append((nil, try block()))
        }
        return PythonStatement(kind: .branches(branches), offset: offset)
    }

    private mutating func block() throws(PythonProblem) -> [PythonStatement] {
        guard current.kind == .newline else { return try simpleLine() }
        advance()
        guard current.kind == .indent else {
            throw .syntax(at: current.range.lowerBound, "an indented block is missing")
        }
        advance()
        depth += 1
        defer { depth -= 1 }
        try PythonBudget.check(depth: depth, at: current.range.lowerBound)
        var statements: [PythonStatement] = []
        while current.kind != .dedent, current.kind != .end { statements += try line() }
        if current.kind == .dedent { advance() }
        return statements
    }

    private mutating func simpleStatement() throws(PythonProblem) -> PythonStatement {
        try refuseStatements()
        let offset = current.range.lowerBound
        if current.kind == .name("if") { throw unexpected(instead: "a new line") }
        if take(keyword: "pass") { return PythonStatement(kind: .pass, offset: offset) }
        if current.kind == .name("import") || current.kind == .name("from") {
            return PythonStatement(kind: try copyImport(), offset: offset)
        }
        let first = try expressionList()
        if case .sign(let sign) = current.kind, Self.augmentations.contains(sign) {
            advance()
            try checkTarget(first, mayBeTuple: false)
            let kind = PythonStatement.Kind.augment(
                first, String(sign.dropLast()), try expressionList())
            return PythonStatement(kind: kind, offset: offset)
        }
        var values = [first]
        while take("=") { values.append(try expressionList()) }
        if current.kind == .sign(":") {
            throw .unsupported(
                at: current.range.lowerBound, "a type annotation", remedy: "write name = value")
        }
        guard values.count > 1, let value = values.popLast() else {
            return PythonStatement(kind: .expression(first), offset: offset)
        }
        for target in values { try checkTarget(target, mayBeTuple: true) }
        return PythonStatement(kind: .assign(values, value), offset: offset)
    }

    private func checkTarget(
        _ target: PythonExpression, mayBeTuple: Bool
    ) throws(PythonProblem) {
        switch target.kind {
        case .name, .attribute, .item: return
        case .tuple(let inner), .list(let inner):
            guard mayBeTuple else { break }
            for target in inner { try checkTarget(target, mayBeTuple: true) }
            return
        case .slice:
            throw .unsupported(at: target.offset, "assigning to a part of a list")
        case .starred: throw .unsupported(at: target.offset, "assigning to *names")
        default: break
        }
        throw .syntax(at: target.offset, "this cannot be assigned to")
    }

    /// `import copy` and `from copy import deepcopy`, which configs use; no other module.
    private mutating func copyImport() throws(PythonProblem) -> PythonStatement.Kind {
        let offset = current.range.lowerBound
        let isFrom = current.kind == .name("from")
        advance()
        var module = ""
        while let part = current.modulePart {
            module += part
            advance()
            if current.kind == .name("import") { break }
        }
        guard module == "copy" else {
            let name = module.isEmpty ? "a module" : module
            throw .unsupported(
                at: offset,
                isFrom ? "importing from \(name), as lazy configs do," : "importing \(name)",
                remedy: isFrom ? PythonProblem.resolveLazyConfig : PythonProblem.writeTheValue)
        }
        guard isFrom else {
            return .importCopy(name: try alias() ?? "copy", function: nil)
        }
        guard take(keyword: "import"), case .name(let function) = current.kind,
            ["copy", "deepcopy"].contains(function)
        else { throw .unsupported(at: offset, "importing this from copy") }
        advance()
        return .importCopy(name: try alias() ?? function, function: function)
    }

    private mutating func alias() throws(PythonProblem) -> String? {
        guard take(keyword: "as") else { return nil }
        guard case .name(let name) = current.kind, !Self.keywords.contains(name) else {
            throw unexpected(instead: "a name")
        }
        advance()
        return name
    }

    private func refuseStatements() throws(PythonProblem) {
        guard case .name(let word) = current.kind else {
            if current.kind == .sign("@") {
                throw .unsupported(at: current.range.lowerBound, "a decorator")
            }
            return
        }
        if word == "with" {
            let isLazy = next.kind == .name("read_base")
            throw .unsupported(
                at: current.range.lowerBound,
                isLazy ? "with read_base(), as lazy configs have it," : "with",
                remedy: isLazy ? PythonProblem.resolveLazyConfig : PythonProblem.writeTheValue)
        }
        if let construct = Self.refused[word] {
            throw .unsupported(at: current.range.lowerBound, construct)
        }
    }

    private static let augmentations: Set = ["+=", "-=", "*=", "/=", "//=", "%=", "**="]
    private static let refused = [
        "def": "a function (def)", "class": "a class", "for": "a for loop",
        "while": "a while loop", "try": "try", "raise": "raise", "return": "return",
        "assert": "assert", "del": "del", "global": "global", "nonlocal": "nonlocal",
        "async": "async", "await": "await", "yield": "yield", "break": "break",
        "continue": "continue",
    ]

    /// The words that are no names.
    static let keywords: Set = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class",
        "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global",
        "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return",
        "try", "while", "with", "yield",
    ]
}

extension PythonToken {
    /// A piece of a module's name: `..`, `a`, `.`; `nil` for what ends it.
    fileprivate var modulePart: String? {
        switch kind {
        case .name(let name): name == "import" || name == "as" ? nil : name
        case .sign("."): "."
        case .sign("..."): "..."
        default: nil
        }
    }
}
