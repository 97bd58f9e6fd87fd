extension PythonParser {
    /// A literal, a name, or something in brackets.
    mutating func atom() throws(PythonProblem) -> PythonExpression {
        let token = current
        let start = token.range.lowerBound
        switch token.kind {
        case .constant(.text), .formatted:
            return try strings()
        case .constant(let constant):
            advance()
            return node(.constant(constant), at: start, around: [])
        case .base(let name):
            advance()
            return node(.base(name), at: start, around: [])
        case .name(let name):
            return try self.name(name)
        case .sign("("):
            advance()
            return try parentheses(from: start)
        case .sign("["):
            advance()
            return try list(from: start)
        case .sign("{"):
            advance()
            return try dictionary(from: start)
        case .sign("..."):
            throw .unsupported(at: start, "...")
        default:
            throw unexpected(instead: "a value")
        }
    }

    /// An element of a list or tuple: an expression, or `*elements`.
    mutating func element() throws(PythonProblem) -> PythonExpression {
        let start = current.range.lowerBound
        guard take("*") else { return try expression() }
        let value = try expression()
        return node(.starred(value), at: start, around: [value])
    }

    private mutating func name(_ name: String) throws(PythonProblem) -> PythonExpression {
        let start = current.range.lowerBound
        switch name {
        case "None", "True", "False":
            advance()
            return node(
                .constant(name == "None" ? .none : .bool(name == "True")), at: start, around: [])
        case _ where Self.keywords.contains(name):
            throw unexpected(instead: "a value")
        default:
            advance()
            return node(.name(name), at: start, around: [])
        }
    }

    /// Texts side by side are one text.
    private mutating func strings() throws(PythonProblem) -> PythonExpression {
        let start = current.range.lowerBound
        var parts: [PythonExpression.FormattedPart] = []
        var plain = ""
        var isFormatted = false
        while true {
            switch current.kind {
            case .constant(.text(let text)):
                plain += text
                parts.append(.text(text))
            case .formatted(let body, let isRaw):
                isFormatted = true
                let reader = PythonFormattedText(text: text, isRaw: isRaw, depth: depth)
                parts += try reader.parts(of: body)
            default:
                let kind: PythonExpression.Kind =
                    isFormatted ? .formatted(parts) : .constant(.text(plain))
                return try checked(node(kind, at: start, around: parts.flatMap(\.expressions)))
            }
            advance()
        }
    }

    private mutating func parentheses(from start: Int) throws(PythonProblem) -> PythonExpression {
        if take(")") { return node(.tuple([]), at: start, around: []) }
        let first = try element()
        if let clauses = try comprehension() {
            try expect(")")
            return node(
                .listComprehension(first, clauses), at: start, around: [first] + clauses.expressions
            )
        }
        var elements = [first]
        var isTuple = false
        while take(",") {
            isTuple = true
            if current.kind == .sign(")") { break }
            elements.append(try element())
        }
        try expect(")")
        if !isTuple {
            if case .starred = first.kind {
                throw .syntax(at: start, "*elements must stand in a list or tuple")
            }
            return first
        }
        return node(.tuple(elements), at: start, around: elements)
    }

    private mutating func list(from start: Int) throws(PythonProblem) -> PythonExpression {
        var elements: [PythonExpression] = []
        while current.kind != .sign("]") {
            elements.append(try element())
            if elements.count == 1, let clauses = try comprehension() {
                try expect("]")
                return node(
                    .listComprehension(elements[0], clauses), at: start,
                    around: elements + clauses.expressions)
            }
            if !take(",") { break }
        }
        try expect("]")
        return node(.list(elements), at: start, around: elements)
    }

    private mutating func dictionary(from start: Int) throws(PythonProblem) -> PythonExpression {
        var entries: [PythonExpression.Entry] = []
        while current.kind != .sign("}") {
            if take("**") {
                entries.append(.init(key: nil, value: try expression()))
            } else {
                let key = try element()
                guard take(":") else {
                    if current.kind == .sign(",") || current.kind == .sign("}")
                        || current.kind == .name("for")
                    {
                        throw .unsupported(at: start, "a set", remedy: "write a list: […]")
                    }
                    throw unexpected(instead: "\":\"")
                }
                entries.append(.init(key: key, value: try expression()))
                if entries.count == 1, let clauses = try comprehension() {
                    try expect("}")
                    return node(
                        .dictionaryComprehension(key, entries[0].value, clauses), at: start,
                        around: [key, entries[0].value] + clauses.expressions)
                }
            }
            if !take(",") { break }
        }
        try expect("}")
        return node(.dictionary(entries), at: start, around: entries.expressions)
    }

    /// The arguments of a call whose bracket was passed.
    mutating func call(of function: PythonExpression) throws(PythonProblem) -> PythonExpression {
        var arguments: [PythonExpression] = []
        var keywords: [PythonExpression.Entry] = []
        while current.kind != .sign(")") {
            if take("**") {
                keywords.append(.init(key: nil, value: try expression()))
            } else if case .name(let name) = current.kind, next.kind == .sign("=") {
                keywords.append(try keyword(name, besides: keywords))
            } else {
                let argument = try element()
                guard keywords.isEmpty else {
                    throw .syntax(
                        at: argument.offset, "a value without a name follows name=value")
                }
                arguments.append(argument)
                if arguments.count == 1, let clauses = try comprehension() {
                    arguments = [
                        node(
                            .listComprehension(argument, clauses), at: argument.offset,
                            around: [argument] + clauses.expressions)
                    ]
                }
            }
            if !take(",") { break }
        }
        try expect(")")
        return node(
            .call(function, arguments, keywords), at: function.offset,
            around: [function] + arguments + keywords.expressions)
    }

    private mutating func keyword(
        _ name: String, besides others: [PythonExpression.Entry]
    ) throws(PythonProblem) -> PythonExpression.Entry {
        let start = current.range.lowerBound
        guard !Self.keywords.contains(name) else { throw unexpected(instead: "a name") }
        let isRepeated = others.contains { other in
            if case .constant(.text(name)) = other.key?.kind { true } else { false }
        }
        if isRepeated {
            throw .syntax(at: start, "\(name)= is given twice", remedy: "remove one of them")
        }
        advance()
        advance()
        return .init(
            key: node(.constant(.text(name)), at: start, around: []), value: try expression())
    }

    /// The `for … in … if …` behind an element, if it is a comprehension's.
    private mutating func comprehension() throws(PythonProblem) -> [PythonExpression.Clause]? {
        if current.kind == .name("async") {
            throw .unsupported(at: current.range.lowerBound, "async")
        }
        guard current.kind == .name("for") else { return nil }
        var clauses: [PythonExpression.Clause] = []
        while take(keyword: "for") {
            try PythonBudget.check(depth: clauses.count, at: current.range.lowerBound)
            let target = try targets()
            guard take(keyword: "in") else { throw unexpected(instead: "\"in\"") }
            let source = try condition()
            var conditions: [PythonExpression] = []
            while take(keyword: "if") { conditions.append(try condition()) }
            clauses.append(.init(target: target, source: source, conditions: conditions))
        }
        return clauses
    }

    /// The names of a comprehension: `x`, or `x, y`.
    private mutating func targets() throws(PythonProblem) -> PythonExpression {
        let start = current.range.lowerBound
        let isBracketed = take("(")
        var names: [PythonExpression] = []
        var isTuple = isBracketed
        repeat {
            guard case .name(let name) = current.kind, !Self.keywords.contains(name) else {
                throw unexpected(instead: "a name")
            }
            names.append(node(.name(name), at: current.range.lowerBound, around: []))
            advance()
            if current.kind == .sign(",") { isTuple = true }
        } while take(",") && current.kind != .name("in")
        if isBracketed { try expect(")") }
        return isTuple ? node(.tuple(names), at: start, around: names) : names[0]
    }
}

extension [PythonExpression.Entry] {
    /// The keys and values.
    var expressions: [PythonExpression] { flatMap { [$0.key, $0.value].compactMap { $0 } } }
}

extension [PythonExpression.Clause] {
    /// Everything that stands in the clauses.
    var expressions: [PythonExpression] {
        flatMap { [$0.target, $0.source] + $0.conditions }
    }
}

extension PythonExpression.FormattedPart {
    /// The expressions in a piece of a formatted text.
    fileprivate var expressions: [PythonExpression] {
        switch self {
        case .text: []
        case .value(let value, _, let format): [value] + format.flatMap(\.expressions)
        }
    }
}
