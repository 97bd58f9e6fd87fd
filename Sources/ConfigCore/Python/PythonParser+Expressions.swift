extension PythonParser {
    /// An expression, or several with commas between them, which make a tuple.
    mutating func expressionList() throws(PythonProblem) -> PythonExpression {
        let offset = current.range.lowerBound
        let first = try element()
        guard current.kind == .sign(",") else {
            if case .starred = first.kind {
                throw .syntax(at: offset, "*elements must stand in a list or tuple")
            }
            return first
        }
        var elements = [first]
        while take(","), beginsExpression { elements.append(try element()) }
        return node(.tuple(elements), at: offset, around: elements)
    }

    /// One expression.
    mutating func expression() throws(PythonProblem) -> PythonExpression {
        let start = current.range.lowerBound
        depth += 1
        defer { depth -= 1 }
        try PythonBudget.check(depth: depth, at: start)
        if current.kind == .name("lambda") { throw .unsupported(at: start, "a lambda") }
        if current.kind == .name("yield") || current.kind == .name("await") {
            throw .unsupported(at: start, current.summary)
        }
        let value = try condition()
        if current.kind == .sign(":="), case .name = value.kind {
            throw .unsupported(at: current.range.lowerBound, "an assignment inside an expression")
        }
        guard current.kind == .name("if") else { return value }
        advance()
        let test = try condition()
        guard take(keyword: "else") else { throw unexpected(instead: "\"else\"") }
        let other = try expression()
        return try checked(
            node(
                .conditional(test: test, value, else: other), at: start,
                around: [test, value, other]))
    }

    /// Whether the current token may begin an expression.
    private var beginsExpression: Bool {
        switch current.kind {
        case .name(let name):
            !Self.keywords.contains(name)
                || ["None", "True", "False", "not", "lambda", "await", "yield"].contains(name)
        case .constant, .formatted, .base: true
        case .sign(let sign): ["(", "[", "{", "-", "+", "~", "*", "..."].contains(sign)
        default: false
        }
    }

    /// An expression without `… if … else …` around it; `or` is the loosest operator.
    mutating func condition() throws(PythonProblem) -> PythonExpression {
        var left = try conjunction()
        while take(keyword: "or") {
            let right = try conjunction()
            left = try checked(
                node(
                    .choice(isAnd: false, left, right), at: left.offset, around: [left, right]))
        }
        return left
    }

    private mutating func conjunction() throws(PythonProblem) -> PythonExpression {
        var left = try negation()
        while take(keyword: "and") {
            let right = try negation()
            left = try checked(
                node(.choice(isAnd: true, left, right), at: left.offset, around: [left, right]))
        }
        return left
    }

    private mutating func negation() throws(PythonProblem) -> PythonExpression {
        let start = current.range.lowerBound
        guard take(keyword: "not") else { return try comparison() }
        depth += 1
        defer { depth -= 1 }
        try PythonBudget.check(depth: depth, at: start)
        let value = try negation()
        return node(.unary("not", value), at: start, around: [value])
    }

    private mutating func comparison() throws(PythonProblem) -> PythonExpression {
        let left = try arithmetic(0)
        var links: [(sign: String, right: PythonExpression)] = []
        while let sign = takeComparison() { links.append((sign, try arithmetic(0))) }
        guard !links.isEmpty else { return left }
        return try checked(
            node(.comparison(left, links), at: left.offset, around: [left] + links.map(\.right)))
    }

    private mutating func takeComparison() -> String? {
        switch current.kind {
        case .sign(let sign) where ["==", "!=", "<", "<=", ">", ">="].contains(sign):
            advance()
            return sign
        case .name("in"):
            advance()
            return "in"
        case .name("not") where next.kind == .name("in"):
            advance()
            advance()
            return "not in"
        case .name("is"):
            advance()
            return take(keyword: "not") ? "is not" : "is"
        default:
            return nil
        }
    }

    /// The operators that bind at least as tightly as `level` says: `+ -`, then `* / // %`.
    private mutating func arithmetic(_ level: Int) throws(PythonProblem) -> PythonExpression {
        guard level < Self.operators.count else { return try sign() }
        var left = try arithmetic(level + 1)
        while case .sign(let sign) = current.kind {
            if ["|", "&", "^", "<<", ">>", "@"].contains(sign) {
                throw .unsupported(at: current.range.lowerBound, "the operator \(sign)")
            }
            guard Self.operators[level].contains(sign) else { break }
            advance()
            let right = try arithmetic(level + 1)
            left = try checked(
                node(.binary(sign, left, right), at: left.offset, around: [left, right]))
        }
        return left
    }

    private static let operators: [Set<String>] = [["+", "-"], ["*", "/", "//", "%"]]

    private mutating func sign() throws(PythonProblem) -> PythonExpression {
        let start = current.range.lowerBound
        guard case .sign(let sign) = current.kind, ["-", "+", "~"].contains(sign) else {
            return try power()
        }
        if sign == "~" { throw .unsupported(at: start, "the operator ~") }
        advance()
        depth += 1
        defer { depth -= 1 }
        try PythonBudget.check(depth: depth, at: start)
        let value = try self.sign()
        return node(.unary(sign, value), at: start, around: [value])
    }

    /// `**`, which binds tighter than a sign on its left, not on its right.
    private mutating func power() throws(PythonProblem) -> PythonExpression {
        let base = try postfix()
        guard take("**") else { return base }
        depth += 1
        defer { depth -= 1 }
        try PythonBudget.check(depth: depth, at: base.offset)
        let exponent = try sign()
        return try checked(
            node(.binary("**", base, exponent), at: base.offset, around: [base, exponent]))
    }

    /// An atom with the attributes, items and calls behind it.
    private mutating func postfix() throws(PythonProblem) -> PythonExpression {
        var value = try atom()
        while true {
            if take(".") {
                guard case .name(let name) = current.kind, !Self.keywords.contains(name) else {
                    throw unexpected(instead: "a name")
                }
                advance()
                value = try checked(
                    node(.attribute(value, name), at: value.offset, around: [value]))
            } else if take("[") {
                value = try checked(try item(of: value))
            } else if take("(") {
                value = try checked(try call(of: value))
            } else {
                return value
            }
        }
    }

    private mutating func item(
        of value: PythonExpression
    ) throws(PythonProblem) -> PythonExpression {
        var parts: [PythonExpression?] = []
        repeat {
            let isMissing = current.kind == .sign(":") || current.kind == .sign("]")
            parts.append(isMissing ? nil : try expressionList())
        } while parts.count < 3 && take(":")
        try expect("]")
        guard parts.count == 1 else {
            let slice = PythonSlice(
                start: parts[0], stop: parts[1], step: parts.count > 2 ? parts[2] : nil)
            return node(.slice(value, slice), at: value.offset, around: [value] + slice.parts)
        }
        guard let index = parts[0] else { throw unexpected(instead: "an index") }
        return node(.item(value, index), at: value.offset, around: [value, index])
    }

    /// Puts an expression together; those around it may already be deeper than allowed, which
    /// `checked` looks at.
    func node(
        _ kind: PythonExpression.Kind, at offset: Int, around inner: [PythonExpression]
    ) -> PythonExpression {
        PythonExpression(
            kind: kind, offset: offset, depth: 1 + (inner.lazy.map(\.depth).max() ?? 0))
    }

    /// Refuses expressions that a chain of operators nests too deep.
    func checked(_ expression: PythonExpression) throws(PythonProblem) -> PythonExpression {
        try PythonBudget.check(depth: expression.depth, at: expression.offset)
        return expression
    }
}
