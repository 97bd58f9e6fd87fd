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
            if let test {
                guard try holds(test) else { continue }
            }
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
        let old = names[name]
        names[name] = slot.replacing(old)
        if old == nil { order.append(name) }
    }

    private mutating func assign(
        _ value: PythonValue, from offset: Int, to target: PythonExpression
    ) throws(PythonProblem) {
        let slot = PythonSlot(value: value, origin: origin(offset, key: target.offset))
        switch target.kind {
        case .name("_base_"):
            throw PythonProblem(
                at: target.offset, "_base_ is assigned twice, or not as a statement of its own",
                remedy: "write one _base_ = [...] outside of blocks")
        case .name(let name):
            set(name, slot)
        case .tuple(let targets), .list(let targets):
            let slots = try elements(of: value, at: offset)
            try checkCount(slots, targets, at: target.offset)
            for (target, slot) in zip(targets, slots) {
                try assign(slot.value, from: offset, to: target)
            }
        case .item(let container, let index):
            let container = try self.value(of: container)
            try set(slot, at: try self.value(of: index), of: container, target)
        case .attribute(let container, let name):
            let value = try self.value(of: container)
            guard case .dictionary(let number) = value, heap.dictionaries[number].hasAttributes
            else {
                throw PythonProblem(
                    at: target.offset, "\(value.summary) has no attribute \(name)",
                    remedy: "write […][\"\(name)\"]")
            }
            try set(.text(name), of: number, to: slot, at: target.offset)
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
            let key = try key(index, at: target.offset)
            try set(key, of: number, to: slot, at: target.offset)
        case .list(let number):
            let count = heap.sequences[number].count
            let position = try position(index, in: count, at: target.offset)
            heap.change(number) { $0[position] = slot.replacing($0[position]) }
        default:
            throw PythonProblem(
                at: target.offset, "the items of \(container.summary) cannot be set")
        }
    }

    /// Puts a value under a key.
    ///
    /// A base keeps a copy, as MMEngine's `ConfigDict` does: what changes in the file's own value
    /// later does not change the base.
    mutating func set(
        _ key: PythonKey, of dictionary: Int, to slot: PythonSlot, at offset: Int
    ) throws(PythonProblem) {
        var slot = slot
        if heap.dictionaries[dictionary].hasAttributes {
            slot.value = try adopted(slot.value, at: offset, depth: 0)
        }
        heap.set(key, of: dictionary, to: slot)
    }

    private mutating func adopted(
        _ value: PythonValue, at offset: Int, depth: Int
    ) throws(PythonProblem) -> PythonValue {
        try PythonBudget.check(depth: depth, at: offset)
        switch value {
        case .list, .tuple:
            var slots = try elements(of: value, at: offset)
            for position in slots.indices {
                slots[position].value = try adopted(
                    slots[position].value, at: offset, depth: depth + 1)
            }
            let isTuple = if case .tuple = value { true } else { false }
            return isTuple ? heap.tuple(slots) : heap.list(slots)
        case .dictionary(let number) where !heap.dictionaries[number].hasAttributes:
            var result = heap.dictionaries[number]
            try budget.spend(values: result.entries.count, at: offset)
            result.hasAttributes = true
            for (key, slot) in result.entries {
                result[key]?.value = try adopted(slot.value, at: offset, depth: depth + 1)
            }
            return heap.dictionary(result)
        default: return value
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
