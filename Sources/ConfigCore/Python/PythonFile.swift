/// A config written in Python, of which literals, arithmetic and a few functions are computed here;
/// nothing is executed.
struct PythonFile: ConfigContents {
    /// How long a file may be.
    private static let sizeLimit = 8 << 20

    private let source: ConfigSource
    private let statements: [PythonStatement]
    private let original: @Sendable (Int) -> Int
    private var evaluator: PythonEvaluator
    /// The statement that runs next.
    private var position = 0
    /// The statement that names the bases.
    private var base: Int?

    /// Reads the statements of a file.
    ///
    /// - Parameters:
    ///   - text: The text with placeholders expanded.
    ///   - name: The file as the user named it.
    ///   - original: The text as the user wrote it.
    /// - Throws: `ConfigError` at the line and column of what is no Python, or of a construct that
    ///   a config may not have.
    init(_ text: ExpandedText, name: String, original: [UInt8]) throws(ConfigError) {
        source = ConfigSource(name: name, text: original)
        self.original = { text.originalOffset($0) }
        evaluator = PythonEvaluator(source: source, original: self.original)
        guard original.count <= Self.sizeLimit else {
            throw ConfigError(ConfigIssue(place: name, problem: "the file is larger than 8 MiB"))
        }
        do throws(PythonProblem) {
            statements = try PythonParser.statements(of: text.bytes)
        } catch {
            throw Self.error(error, in: source, self.original)
        }
    }

    /// The value of `_base_`; what stands before it is run only if it is no literal.
    mutating func baseNames() throws(ConfigError) -> ConfigNode? {
        guard let index = statements.firstIndex(where: { $0.assignedBase != nil }),
            let expression = statements[index].assignedBase
        else { return nil }
        base = index
        do throws(PythonProblem) {
            if !expression.isLiteral {
                for statement in statements[..<index] { try evaluator.run(statement) }
                position = index
            }
            let slot = PythonSlot(
                value: try evaluator.value(of: expression),
                origin: evaluator.origin(expression.offset, key: statements[index].offset))
            return try evaluator.heap.node(slot, at: expression.offset, &evaluator.budget)
        } catch {
            throw Self.error(error, in: source, original)
        }
    }

    /// Runs the file on top of its bases, which it may change.
    mutating func values(
        on bases: ConfigMapping, hasBases: Bool
    ) throws(ConfigError) -> (child: ConfigNode, bases: ConfigMapping) {
        if hasBases {
            let references = BaseReferences(bases: bases, hasBases: true)
            evaluator.bases = .init(references: references, mapping: bases)
        }
        do throws(PythonProblem) {
            for index in position..<statements.count where index != base {
                try evaluator.run(statements[index])
            }
            return (try child(), try changedBases() ?? bases)
        } catch {
            throw Self.error(error, in: source, original)
        }
    }

    /// The names of the file with their values.
    private mutating func child() throws(PythonProblem) -> ConfigNode {
        var entries = ConfigMapping()
        for name in evaluator.order where !name.hasPrefix("__") {
            guard let slot = evaluator.names[name], !slot.value.isCode else { continue }
            entries[name] = try evaluator.heap.node(slot, at: 0, &evaluator.budget)
        }
        return ConfigNode(.mapping(entries), origin: evaluator.origin(0))
    }

    private mutating func changedBases() throws(PythonProblem) -> ConfigMapping? {
        guard let value = evaluator.bases?.value else { return nil }
        let slot = PythonSlot(value: value, origin: evaluator.origin(0))
        return try evaluator.heap.node(slot, at: 0, &evaluator.budget).mapping
    }

    private static func error(
        _ problem: PythonProblem, in source: ConfigSource, _ original: (Int) -> Int
    ) -> ConfigError {
        let place = source.location(ofByte: original(problem.offset))
        return ConfigError(
            ConfigIssue(in: source, at: place, problem: problem.problem, remedy: problem.remedy))
    }
}

extension PythonStatement {
    /// The value, if the statement is `_base_ = …`.
    fileprivate var assignedBase: PythonExpression? {
        guard case .assign(let targets, let value) = kind, targets.count == 1,
            case .name("_base_") = targets[0].kind
        else { return nil }
        return value
    }
}

extension PythonExpression {
    /// Whether the value depends on nothing else.
    fileprivate var isLiteral: Bool {
        switch kind {
        case .constant: true
        case .list(let elements), .tuple(let elements): elements.allSatisfy(\.isLiteral)
        default: false
        }
    }
}

extension PythonValue {
    /// Whether the value is a function or module, which are left out of a config.
    fileprivate var isCode: Bool {
        switch self {
        case .function, .method, .copyModule: true
        default: false
        }
    }
}
