/// Computes the values of a Python config; it calls nothing but the functions of its own.
struct PythonEvaluator {
    /// What names stand for.
    var names: [String: PythonSlot] = [:]
    /// The names in the order they were first assigned.
    private(set) var order: [String] = []
    var heap = PythonHeap()
    var budget = PythonBudget()
    /// What the file inherits, once it is known.
    var bases: Bases?

    /// The values a file inherits.
    struct Bases {
        /// What `{{ _base_.a }}` is looked up in.
        let references: BaseReferences
        let mapping: ConfigMapping
        /// The same as a value that the file can change, once it was asked for.
        var value: PythonValue?
    }

    private let source: ConfigSource
    private let original: @Sendable (Int) -> Int

    /// Begins without any names.
    ///
    /// - Parameters:
    ///   - source: The text as written.
    ///   - original: The way from a byte of the expanded text to one of the text as written.
    init(source: ConfigSource, original: @escaping @Sendable (Int) -> Int) {
        self.source = source
        self.original = original
    }

    /// The origin of a value that is written at a byte of the expanded text.
    func origin(_ offset: Int, key: Int? = nil) -> ConfigOrigin {
        .text(source, key: key.map(original), value: original(offset))
    }

    // MARK: Statements

    /// Runs a statement.
    mutating func run(_ statement: PythonStatement) throws(PythonProblem) {
        try budget.spend(values: 1, at: statement.offset)
        switch statement.kind {
        case .pass: break
        case .expression(let expression): _ = try value(of: expression)
        case .assign(let targets, let expression):
            let value = try value(of: expression)
            for target in targets { try assign(value, from: expression.offset, to: target) }
        case .augment(let target, let sign, let expression):
            let old = try value(of: target)
            let value = try augmented(old, sign, try value(of: expression), at: target.offset)
            try assign(value, from: expression.offset, to: target)
        case .branches(let branches): try run(branches)
        case .importCopy(let name, let function):
            let value = function.map { PythonValue.function("copy.\($0)") } ?? .copyModule
            set(name, PythonSlot(value: value, origin: origin(statement.offset)))
        }
    }

    private mutating func run(
        _ branches: [(test: PythonExpression?, block: [PythonStatement])]
    ) throws(PythonProblem) {
        for (test, block) in branches {
            if let test, !isTrue(try value(of: test)) { continue }
            for statement in block { try run(statement) }
            return
        }
    }

    /// `a += b` changes a list that others may know by other names; everything else is computed
    /// anew.
    private mutating func augmented(
        _ old: PythonValue, _ sign: String, _ value: PythonValue, at offset: Int
    ) throws(PythonProblem) -> PythonValue {
        guard case .list(let number) = old, sign == "+" else {
            return try computed(sign, old, value, at: offset)
        }
        let added = try elements(of: value, at: offset)
        heap.change(number) { $0 += added }
        return old
    }

    private mutating func set(_ name: String, _ slot: PythonSlot) {
        if names.updateValue(slot, forKey: name) == nil { order.append(name) }
    }

    private mutating func assign(
        _ value: PythonValue, from offset: Int, to target: PythonExpression
    ) throws(PythonProblem) {
        let slot = PythonSlot(value: value, origin: origin(offset, key: target.offset))
        switch target.kind {
        case .name(let name):
            set(name, slot)
        case .tuple(let targets), .list(let targets):
            let slots = try elements(of: value, at: offset)
            try checkCount(slots, targets, at: target.offset)
            for (target, slot) in zip(targets, slots) {
                try assign(slot.value, from: offset, to: target)
            }
        case .item(let container, let index):
            try set(slot, at: try self.value(of: index), of: try self.value(of: container), target)
        case .attribute(let container, let name):
            let value = try self.value(of: container)
            guard case .dictionary(let number) = value, heap.dictionaries[number].hasAttributes
            else {
                throw PythonProblem(
                    at: target.offset, "\(value.summary) has no attribute \(name)",
                    remedy: "write […][\"\(name)\"]")
            }
            heap.set(.text(name), of: number, to: slot)
        default:
            throw .syntax(at: target.offset, "this cannot be assigned to")
        }
    }

    private mutating func set(
        _ slot: PythonSlot, at index: PythonValue, of container: PythonValue,
        _ target: PythonExpression
    ) throws(PythonProblem) {
        switch container {
        case .dictionary(let number):
            heap.set(try key(index, at: target.offset), of: number, to: slot)
        case .list(let number):
            let count = heap.sequences[number].count
            let position = try position(index, in: count, at: target.offset)
            heap.change(number) { $0[position] = slot }
        default:
            throw PythonProblem(
                at: target.offset, "the items of \(container.summary) cannot be set")
        }
    }

    /// Gives the names of a comprehension a value; they do not count as assigned.
    mutating func bind(_ target: PythonExpression, to slot: PythonSlot) throws(PythonProblem) {
        switch target.kind {
        case .name(let name):
            names[name] = slot
        case .tuple(let targets):
            let slots = try elements(of: slot.value, at: target.offset)
            try checkCount(slots, targets, at: target.offset)
            for (target, slot) in zip(targets, slots) { try bind(target, to: slot) }
        default:
            throw .syntax(at: target.offset, "this cannot be assigned to")
        }
    }

    private func checkCount(
        _ slots: [PythonSlot], _ targets: [PythonExpression], at offset: Int
    ) throws(PythonProblem) {
        if slots.count != targets.count {
            throw PythonProblem(at: offset, "\(slots.count) values for \(targets.count) names")
        }
    }

    // MARK: Bases

    /// `_base_` as a value that has the keys of the bases as attributes.
    mutating func baseValue(at offset: Int) throws(PythonProblem) -> PythonValue {
        guard let known = bases else {
            throw PythonProblem(
                at: offset, "_base_ is used before it is known", remedy: "put _base_ = … first")
        }
        if let value = known.value { return value }
        let value = try heap.bring(ConfigNode(.mapping(known.mapping)), at: offset, &budget)
        bases?.value = value
        return value
    }
}
