extension PythonEvaluator {
    /// The value of an expression.
    mutating func value(of expression: PythonExpression) throws(PythonProblem) -> PythonValue {
        try budget.spend(values: 1, at: expression.offset)
        let offset = expression.offset
        switch expression.kind {
        case .constant(let constant): return PythonValue(constant)
        case .formatted(let parts): return .text(try text(of: parts, at: offset))
        case .name(let name): return try value(ofName: name, at: offset)
        case .base(let name): return try value(ofBase: name, at: offset)
        case .list(let elements): return heap.list(try slots(of: elements))
        case .tuple(let elements): return heap.tuple(try slots(of: elements))
        case .dictionary(let entries): return try dictionary(entries)
        case .starred: throw .syntax(at: offset, "*elements must stand in a list or tuple")
        case .unary(let sign, let inner):
            let value = try value(of: inner)
            return try unary(sign, value, at: offset)
        case .binary(let sign, let left, let right):
            let left = try value(of: left)
            return try computed(sign, left, try value(of: right), at: offset)
        case .choice(let isAnd, let left, let right):
            let left = try value(of: left)
            return isTrue(left) == isAnd ? try value(of: right) : left
        case .comparison(let first, let links): return try comparison(first, links)
        case .conditional(let test, let value, let other):
            let isChosen = try holds(test)
            return try self.value(of: isChosen ? value : other)
        case .attribute(let inner, let name):
            let value = try value(of: inner)
            return try attribute(name, of: value, at: offset)
        case .item(let inner, let index):
            let container = try value(of: inner)
            return try item(try value(of: index), of: container, at: offset)
        case .slice(let inner, let slice):
            return try part(slice, of: try value(of: inner), at: offset)
        case .call(let function, let arguments, let keywords):
            return try call(function, arguments, keywords, at: offset)
        case .listComprehension(let element, let clauses):
            return try listComprehension(element, clauses)
        case .dictionaryComprehension(let key, let value, let clauses):
            return try dictionaryComprehension(key, value, clauses)
        }
    }

    private mutating func value(
        ofName name: String, at offset: Int
    ) throws(PythonProblem) -> PythonValue {
        if name == "_base_" { return try baseValue(at: offset) }
        if let slot = names[name] { return slot.value }
        if PythonFunctions.names.contains(name) { return .function(name) }
        let isOfBase = bases?.mapping[name] != nil
        let near = Spelling.suggestion(for: name, among: names.keys.sorted())
        throw PythonProblem(
            at: offset, "the name \(name) is not defined",
            remedy: isOfBase
                ? "a base has it: write {{ _base_.\(name) }}" : near.map { "did you mean \($0)?" })
    }

    private mutating func value(
        ofBase name: String, at offset: Int
    ) throws(PythonProblem) -> PythonValue {
        guard let bases else {
            throw PythonProblem(
                at: offset, "{{_base_.\(name)}} refers to a base, but the file has none",
                remedy: "add \"_base_\"")
        }
        var node = ConfigNode(.null, origin: origin(offset))
        var references = bases.references
        if let value = bases.value {
            // The file may have changed it.
            let slot = PythonSlot(value: value, origin: node.origin)
            let changed = try heap.node(slot, at: offset, &budget)
            references = BaseReferences(bases: changed.mapping ?? bases.mapping, hasBases: true)
        }
        do throws(ConfigError) {
            node = try references.lookUp(name, for: node, at: "")
        } catch {
            throw PythonProblem(
                at: offset, error.issues.first?.problem ?? "", remedy: error.issues.first?.remedy)
        }
        return try heap.bring(node, at: offset, &budget)
    }

    /// Whether an expression counts as true.
    mutating func holds(_ expression: PythonExpression) throws(PythonProblem) -> Bool {
        let value = try value(of: expression)
        return isTrue(value)
    }

    // MARK: Containers

    /// Elements with their places; `*elements` are put in one by one.
    mutating func slots(
        of expressions: [PythonExpression]
    ) throws(PythonProblem) -> [PythonSlot] {
        var slots: [PythonSlot] = []
        slots.reserveCapacity(expressions.count)
        for expression in expressions {
            if case .starred(let inner) = expression.kind {
                slots += try elements(of: try value(of: inner), at: inner.offset)
            } else {
                let value = try value(of: expression)
                slots.append(PythonSlot(value: value, origin: origin(expression.offset)))
            }
        }
        return slots
    }

    private mutating func dictionary(
        _ entries: [PythonExpression.Entry]
    ) throws(PythonProblem) -> PythonValue {
        var result = PythonHeap.Dictionary()
        for entry in entries {
            guard let written = entry.key else {
                for (key, slot) in try self.entries(of: entry.value) {
                    result[key] = slot.replacing(result[key])
                }
                continue
            }
            let name = try value(of: written)
            let key = try key(name, at: written.offset)
            let slot = PythonSlot(
                value: try value(of: entry.value),
                origin: origin(entry.value.offset, key: written.offset))
            result[key] = slot.replacing(result[key])
        }
        return heap.dictionary(result)
    }

    /// The entries of the dictionary behind `**`.
    mutating func entries(
        of expression: PythonExpression
    ) throws(PythonProblem) -> [(key: PythonKey, slot: PythonSlot)] {
        let value = try value(of: expression)
        guard case .dictionary(let number) = value else {
            throw PythonProblem(at: expression.offset, "** wants a dict, got \(value.summary)")
        }
        let entries = heap.dictionaries[number].entries
        try budget.spend(values: entries.count, at: expression.offset)
        return entries
    }

    /// What a loop over a value meets, element by element.
    mutating func elements(
        of value: PythonValue, at offset: Int
    ) throws(PythonProblem) -> [PythonSlot] {
        switch value {
        case .list, .tuple:
            let elements = heap.elements(value) ?? []
            try budget.spend(values: elements.count, at: offset)
            return elements
        case .dictionary(let number):
            let entries = heap.dictionaries[number].entries
            try budget.spend(values: entries.count, at: offset)
            return entries.map { PythonSlot(value: PythonValue($0.key), origin: $0.slot.origin) }
        case .text(let text):
            try budget.spend(values: text.unicodeScalars.count, at: offset)
            let origin = origin(offset)
            return text.unicodeScalars.map {
                PythonSlot(value: .text(String($0)), origin: origin)
            }
        default:
            throw PythonProblem(at: offset, "\(value.summary) has no elements")
        }
    }

    /// A value as a key.
    func key(_ value: PythonValue, at offset: Int) throws(PythonProblem) -> PythonKey {
        switch value {
        case .text(let text): return .text(text)
        case .int(let number): return .int(number)
        case .double(let number): return .double(number)
        default:
            throw .unsupported(
                at: offset, "\(value.summary) as a key", remedy: "keys are strings or numbers")
        }
    }

    /// The position that an index means; negative ones count from the end.
    func position(
        _ index: PythonValue, in count: Int, at offset: Int
    ) throws(PythonProblem) -> Int {
        guard let number = index.integer else {
            throw PythonProblem(at: offset, "an index must be an integer, got \(index.summary)")
        }
        guard number >= -count, number < count else {
            throw PythonProblem(
                at: offset, "there is no element \(number)",
                remedy: count == 0 ? "the list is empty" : "there are \(count)")
        }
        return number < 0 ? number + count : number
    }

    private mutating func item(
        _ index: PythonValue, of container: PythonValue, at offset: Int
    ) throws(PythonProblem) -> PythonValue {
        switch container {
        case .dictionary(let number):
            let key = try key(index, at: offset)
            if let slot = heap.dictionaries[number][key] { return slot.value }
            let names = heap.dictionaries[number].entries.map(\.key.name)
            throw PythonProblem(
                at: offset, "there is no key \"\(key.name)\"",
                remedy: Spelling.suggestion(for: key.name, among: names).map {
                    "did you mean \($0)?"
                })
        case .list(let number), .tuple(let number):
            let elements = heap.sequences[number]
            return elements[try position(index, in: elements.count, at: offset)].value
        case .text(let text):
            let scalars = Array(text.unicodeScalars)
            let position = try position(index, in: scalars.count, at: offset)
            return .text(String(scalars[position]))
        default:
            throw PythonProblem(at: offset, "\(container.summary) has no items")
        }
    }

    private mutating func part(
        _ slice: PythonSlice, of value: PythonValue, at offset: Int
    ) throws(PythonProblem) -> PythonValue {
        switch value {
        case .list(let number):
            return heap.list(try part(slice, of: heap.sequences[number], at: offset))
        case .tuple(let number):
            return heap.tuple(try part(slice, of: heap.sequences[number], at: offset))
        case .text(let text):
            let scalars = try part(slice, of: Array(text.unicodeScalars), at: offset)
            return .text(String(String.UnicodeScalarView(scalars)))
        default:
            throw PythonProblem(at: offset, "\(value.summary) has no parts")
        }
    }

    private mutating func part<Element>(
        _ slice: PythonSlice, of elements: [Element], at offset: Int
    ) throws(PythonProblem) -> [Element] {
        let step = try bound(slice.step) ?? 1
        guard step != 0 else { throw PythonProblem(at: offset, "the step of a slice is 0") }
        let count = elements.count
        let low = step > 0 ? 0 : -1
        let high = step > 0 ? count : count - 1
        func clamped(_ bound: Int) -> Int {
            min(max(bound < 0 ? max(bound, -count - 1) + count : bound, low), high)
        }
        let start = try bound(slice.start).map(clamped) ?? (step > 0 ? low : high)
        let stop = try bound(slice.stop).map(clamped) ?? (step > 0 ? high : low)
        try budget.spend(values: count, at: offset)
        let limited = step > 0 ? min(step, count + 1) : max(step, -count - 1)
        return stride(from: start, to: stop, by: limited).map { elements[$0] }
    }

    private mutating func bound(_ expression: PythonExpression?) throws(PythonProblem) -> Int? {
        guard let expression else { return nil }
        let value = try value(of: expression)
        if case .none = value { return nil }
        guard let number = value.integer else {
            throw PythonProblem(
                at: expression.offset, "a slice wants integers, got \(value.summary)")
        }
        return number
    }

    // MARK: Comprehensions

    private mutating func listComprehension(
        _ element: PythonExpression, _ clauses: [PythonExpression.Clause]
    ) throws(PythonProblem) -> PythonValue {
        var slots: [PythonSlot] = []
        let origin = origin(element.offset)
        try loops(clauses) { inner throws(PythonProblem) in
            slots.append(PythonSlot(value: try inner.value(of: element), origin: origin))
        }
        return heap.list(slots)
    }

    private mutating func dictionaryComprehension(
        _ key: PythonExpression, _ value: PythonExpression, _ clauses: [PythonExpression.Clause]
    ) throws(PythonProblem) -> PythonValue {
        var result = PythonHeap.Dictionary()
        let origin = origin(value.offset, key: key.offset)
        try loops(clauses) { inner throws(PythonProblem) in
            let name = try inner.value(of: key)
            result[try inner.key(name, at: key.offset)] = PythonSlot(
                value: try inner.value(of: value), origin: origin)
        }
        return heap.dictionary(result)
    }

    /// Runs the loops of a comprehension, whose names are its own.
    private mutating func loops(
        _ clauses: [PythonExpression.Clause],
        _ body: (inout PythonEvaluator) throws(PythonProblem) -> Void
    ) throws(PythonProblem) {
        let outer = clauses.flatMap(\.names).map { ($0, names[$0]) }
        defer { for (name, slot) in outer { names[name] = slot } }
        try loop(clauses[...], body)
    }

    private mutating func loop(
        _ clauses: ArraySlice<PythonExpression.Clause>,
        _ body: (inout PythonEvaluator) throws(PythonProblem) -> Void
    ) throws(PythonProblem) {
        guard let clause = clauses.first else { return try body(&self) }
        let source = try value(of: clause.source)
        next: for slot in try elements(of: source, at: clause.source.offset) {
            try bind(clause.target, to: slot)
            for condition in clause.conditions {
                guard try holds(condition) else { continue next }
            }
            try loop(clauses.dropFirst(), body)
        }
    }
}

extension PythonExpression.Clause {
    /// The names the clause gives values to.
    fileprivate var names: [String] {
        let targets = if case .tuple(let targets) = target.kind { targets } else { [target] }
        return targets.compactMap { if case .name(let name) = $0.kind { name } else { nil } }
    }
}

extension PythonValue {
    /// A key as a value.
    init(_ key: PythonKey) {
        switch key {
        case .text(let text): self = .text(text)
        case .int(let number): self = .int(number)
        case .double(let number): self = .double(number)
        }
    }
}
