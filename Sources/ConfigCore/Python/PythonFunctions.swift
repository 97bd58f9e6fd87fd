/// The functions of Python that a config may call.
enum PythonFunctions {
    /// The functions that need no import.
    static let names: Set = [
        "dict", "list", "tuple", "int", "float", "str", "bool", "round", "range", "len", "min",
        "max", "sum", "sorted", "reversed", "zip", "enumerate", "abs", "any", "all",
    ]

    /// The methods of a value's type.
    static func methods(of value: PythonValue) -> Set<String> {
        switch value {
        case .text: textMethods
        case .list: listMethods
        case .dictionary: dictionaryMethods
        default: []
        }
    }

    private static let textMethods: Set = [
        "format", "upper", "lower", "strip", "lstrip", "rstrip", "split", "join", "replace",
        "startswith", "endswith", "find", "count",
    ]
    private static let listMethods: Set = [
        "append", "extend", "insert", "pop", "copy", "index", "reverse", "sort", "count", "clear",
    ]
    private static let dictionaryMethods: Set = [
        "get", "keys", "values", "items", "update", "pop", "copy", "setdefault", "clear",
    ]
}

extension PythonEvaluator {
    /// Calls a function.
    mutating func call(_ name: String, _ call: PythonCall) throws(PythonProblem) -> PythonValue {
        switch name {
        case "dict": return try dictionary(call)
        case "list", "tuple", "sorted", "reversed", "zip", "enumerate", "range":
            return try sequence(name, call)
        case "min", "max", "sum": return try summary(name, call)
        case "any", "all":
            let value = try call.values(1...1, of: name)[0]
            let elements = try elements(of: value, at: call.offset)
            return .bool(
                name == "any"
                    ? elements.contains { isTrue($0.value) }
                    : elements.allSatisfy { isTrue($0.value) })
        case "copy.copy", "copy.deepcopy":
            let value = try call.values(1...1, of: name)[0]
            var copies: [Int: PythonValue] = [:]
            return name == "copy.copy"
                ? try copy(of: value, at: call.offset)
                : try deepCopy(of: value, at: call.offset, depth: 0, &copies)
        default: return try scalar(name, call)
        }
    }

    private mutating func dictionary(_ call: PythonCall) throws(PythonProblem) -> PythonValue {
        var result = PythonHeap.Dictionary()
        if call.arguments.count > 1 { _ = try call.values(0...1, of: "dict") }
        if let first = call.arguments.first?.value {
            for (key, slot) in try pairs(of: first, at: call.offset) { result[key] = slot }
        }
        for (key, slot) in call.keywords { result[key] = slot.replacing(result[key]) }
        return heap.dictionary(result)
    }

    /// The entries of a dictionary, or of a list of pairs.
    mutating func pairs(
        of value: PythonValue, at offset: Int
    ) throws(PythonProblem) -> [(key: PythonKey, slot: PythonSlot)] {
        if case .dictionary(let number) = value {
            let entries = heap.dictionaries[number].entries
            try budget.spend(values: entries.count, at: offset)
            return entries
        }
        var result: [(key: PythonKey, slot: PythonSlot)] = []
        for slot in try elements(of: value, at: offset) {
            let pair = try elements(of: slot.value, at: offset)
            guard pair.count == 2 else {
                throw PythonProblem(at: offset, "dict() wants pairs of a key and a value")
            }
            result.append((try key(pair[0].value, at: offset), pair[1]))
        }
        return result
    }

    private mutating func sequence(
        _ name: String, _ call: PythonCall
    ) throws(PythonProblem) -> PythonValue {
        let origin = origin(call.offset)
        func slot(_ value: PythonValue) -> PythonSlot { PythonSlot(value: value, origin: origin) }
        switch name {
        case "range":
            return heap.list(try range(call).map { slot(.int($0)) })
        case "zip":
            var columns: [[PythonSlot]] = []
            for value in try call.values(0...16, of: name) {
                columns.append(try elements(of: value, at: call.offset))
            }
            var rows: [PythonSlot] = []
            for row in 0..<(columns.map(\.count).min() ?? 0) {
                rows.append(slot(heap.tuple(columns.map { $0[row] })))
            }
            return heap.list(rows)
        case "enumerate":
            let values = try call.values(1...2, of: name, names: ["iterable", "start"])
            let start = values.count > 1 ? try integer(values[1], name, at: call.offset) : 0
            var rows: [PythonSlot] = []
            for (index, element) in try elements(of: values[0], at: call.offset).enumerated() {
                let number = PythonValue.int(start &+ index)
                rows.append(slot(heap.tuple([slot(number), element])))
            }
            return heap.list(rows)
        case "sorted":
            guard call.arguments.count == 1 else {
                throw PythonProblem(at: call.offset, "sorted() takes 1 value")
            }
            return heap.list(try sorted(call.arguments[0].value, name, call))
        default:
            let value = try call.values(0...1, of: name).first
            let elements =
                try value.map { value throws(PythonProblem) in
                    try self.elements(of: value, at: call.offset)
                } ?? []
            if name == "reversed" { return heap.list(elements.reversed()) }
            return name == "list" ? heap.list(elements) : heap.tuple(elements)
        }
    }

    private mutating func range(_ call: PythonCall) throws(PythonProblem) -> [Int] {
        var bounds: [Int] = []
        for value in try call.values(1...3, of: "range") {
            bounds.append(try integer(value, "range", at: call.offset))
        }
        let start = bounds.count > 1 ? bounds[0] : 0
        let stop = bounds.count > 1 ? bounds[1] : bounds[0]
        let step = bounds.count > 2 ? bounds[2] : 1
        guard step != 0 else { throw PythonProblem(at: call.offset, "the step of range() is 0") }
        let distance = Double(stop) - Double(start)
        let count = max(0, (distance / Double(step)).rounded(.up))
        try budget.spend(values: Int(min(count, 1e9)), at: call.offset)
        return Array(stride(from: start, to: stop, by: step))
    }

    /// The elements of a value in their order, for `sorted` and `sort`.
    mutating func sorted(
        _ value: PythonValue, _ name: String, _ call: PythonCall
    ) throws(PythonProblem) -> [PythonSlot] {
        var isReversed = false
        for (key, slot) in call.keywords {
            guard key == .text("reverse") else {
                throw .unsupported(at: call.offset, "\(name)() with \(key.name)=")
            }
            isReversed = isTrue(slot.value)
        }
        let slots = try elements(of: value, at: call.offset)
        // Whether all of them have an order is seen before sorting.
        for (left, right) in zip(slots, slots.dropFirst()) {
            _ = try Self.isLess(left.value, right.value, at: call.offset)
        }
        func precedes(_ left: PythonSlot, _ right: PythonSlot) -> Bool {
            (try? Self.isLess(left.value, right.value, at: call.offset)) ?? false
        }
        return slots.sorted { isReversed ? precedes($1, $0) : precedes($0, $1) }
    }

    private mutating func summary(
        _ name: String, _ call: PythonCall
    ) throws(PythonProblem) -> PythonValue {
        guard call.keywords.isEmpty, !call.arguments.isEmpty else {
            throw .unsupported(at: call.offset, "\(name)() with such values")
        }
        let offset = call.offset
        var values = call.arguments.map(\.value)
        if values.count == 1 || name == "sum" {
            values = try elements(of: values[0], at: offset).map(\.value)
        }
        if name == "sum" {
            var total = call.arguments.count > 1 ? call.arguments[1].value : .int(0)
            for value in values { total = try computed("+", total, value, at: offset) }
            return total
        }
        guard var best = values.first else {
            throw PythonProblem(at: offset, "\(name)() of nothing")
        }
        for value in values.dropFirst() {
            let isBetter =
                name == "min"
                ? try Self.isLess(value, best, at: offset)
                : try Self.isLess(best, value, at: offset)
            if isBetter { best = value }
        }
        return best
    }

    /// The whole number that a function wants.
    func integer(
        _ value: PythonValue, _ function: String, at offset: Int
    ) throws(PythonProblem) -> Int {
        guard let number = value.integer else {
            throw PythonProblem(
                at: offset, "\(function)() wants an integer, got \(value.summary)")
        }
        return number
    }

    // MARK: Copies

    /// A copy whose elements are those of the original.
    mutating func copy(of value: PythonValue, at offset: Int) throws(PythonProblem) -> PythonValue {
        switch value {
        case .list: return heap.list(try elements(of: value, at: offset))
        case .dictionary(let number):
            try budget.spend(values: heap.dictionaries[number].entries.count, at: offset)
            return heap.dictionary(heap.dictionaries[number])
        default: return value
        }
    }

    /// A copy that shares nothing with the original; what stood in it twice is one in the copy, too.
    private mutating func deepCopy(
        of value: PythonValue, at offset: Int, depth: Int, _ copies: inout [Int: PythonValue]
    ) throws(PythonProblem) -> PythonValue {
        try PythonBudget.check(depth: depth, at: offset)
        switch value {
        case .list(let number), .tuple(let number):
            if let copy = copies[number] { return copy }
            var slots = try elements(of: value, at: offset)
            for position in slots.indices {
                slots[position].value = try deepCopy(
                    of: slots[position].value, at: offset, depth: depth + 1, &copies)
            }
            let isTuple = if case .tuple = value { true } else { false }
            let copy = isTuple ? heap.tuple(slots) : heap.list(slots)
            copies[number] = copy
            return copy
        case .dictionary(let number):
            if let copy = copies[~number] { return copy }
            var result = heap.dictionaries[number]
            try budget.spend(values: result.entries.count, at: offset)
            for (key, slot) in result.entries {
                result[key]?.value = try deepCopy(
                    of: slot.value, at: offset, depth: depth + 1, &copies)
            }
            let copy = heap.dictionary(result)
            copies[~number] = copy
            return copy
        default: return value
        }
    }
}
