extension OptimWrapper: CustomStringConvertible {
    /// The wrapper as MMEngine prints it.
    public var description: String {
        """
        Type: \(scaler == nil ? "OptimWrapper" : "AmpOptimWrapper")
        accumulative_counts: \(window.size)
        optimizer:
        \(optimizer)

        """
    }
}

extension OptimizerSet: CustomStringConvertible {
    /// The wrappers as MMEngine prints them, one after the other under their names.
    public var description: String {
        entries.map { name, wrapper in
            name.isEmpty ? wrapper.description : "name: \(name)\n\(wrapper)"
        }.joined()
    }
}

extension Optimizer: CustomStringConvertible {
    /// The optimizer as PyTorch prints it, without what chooses among PyTorch's implementations of a step.
    public var description: String {
        let lines = groups.enumerated().map { number, group in
            let settings = group.optionEntries.sorted { $0.name < $1.name }
                .filter { !Self.implementation.contains($0.name) }
                .map { "    \($0.name): \($0.value.pythonText)\n" }
            return "Parameter Group \(number)\n\(settings.joined())"
        }
        return "\(typeName) (\n\(lines.joined(separator: "\n")))"
    }

    private static var implementation: Set<String> {
        ["foreach", "capturable", "differentiable", "fused"]
    }
}

extension OptionValue {
    /// The value as Python writes it, whole numbers without a point.
    package var pythonText: String {
        switch self {
        case .null: "None"
        case .bool(let value): value ? "True" : "False"
        case .int(let value): "\(value)"
        case .double(let value): Self.text(value)
        case .pair(let first, let second): "(\(Self.text(first)), \(Self.text(second)))"
        case .tuple(let parts): "(\(parts.map(\.pythonText).joined(separator: ", ")))"
        }
    }

    private static func text(_ value: Double) -> String {
        if let whole = Int(exactly: value), abs(value) < 1e16 { return "\(whole)" }
        return "\(value)"
    }
}
