extension PythonEvaluator {
    /// The value behind a dot.
    func attribute(
        _ name: String, of value: PythonValue, at offset: Int
    ) throws(PythonProblem) -> PythonValue {
        switch value {
        case .copyModule where ["copy", "deepcopy"].contains(name):
            return .function("copy.\(name)")
        case .dictionary(let number) where heap.dictionaries[number].hasAttributes:
            if let slot = heap.dictionaries[number][.text(name)] { return slot.value }
        default: break
        }
        if PythonFunctions.methods(of: value).contains(name) { return .method(name, of: value) }
        var keys: [String] = []
        var remedy: String?
        if case .dictionary(let number) = value {
            keys = heap.dictionaries[number].entries.map(\.key.name)
            let isPlain = !heap.dictionaries[number].hasAttributes && keys.contains(name)
            remedy = isPlain ? "write […][\"\(name)\"]" : nil
        }
        let near = Spelling.suggestion(for: name, among: keys)
        throw PythonProblem(
            at: offset, "\(value.summary) has no attribute \(name)",
            remedy: remedy ?? near.map { "did you mean \($0)?" })
    }

    /// Calls a function or method by its expression.
    mutating func call(
        _ function: PythonExpression, _ arguments: [PythonExpression],
        _ keywords: [PythonExpression.Entry], at offset: Int
    ) throws(PythonProblem) -> PythonValue {
        if case .name(let name) = function.kind, names[name] == nil, name != "_base_",
            !PythonFunctions.names.contains(name)
        {
            throw .unsupported(at: offset, "a call of \(name)")
        }
        let callee = try value(of: function)
        var call = PythonCall(offset: offset, arguments: try slots(of: arguments))
        for entry in keywords {
            guard let name = entry.key, case .constant(.text(let text)) = name.kind else {
                for (key, slot) in try entries(of: entry.value) {
                    try call.add(key, slot, at: entry.value.offset)
                }
                continue
            }
            let slot = PythonSlot(
                value: try value(of: entry.value),
                origin: origin(entry.value.offset, key: name.offset))
            try call.add(.text(text), slot, at: name.offset)
        }
        switch callee {
        case .function(let name): return try self.call(name, call)
        case .method(let name, let value): return try self.call(name, of: value, call)
        default: throw PythonProblem(at: offset, "\(callee.summary) cannot be called")
        }
    }
}
