package import TensorCore

/// Changes parameters along their gradients.
///
/// A subclass names its settings and the quantities it remembers as PyTorch does, so that optimizer
/// state moves both ways.
open class Optimizer {
    /// The groups of parameters, each with its own settings.
    public let groups: [ParameterGroup]
    /// What the optimizer remembers of each parameter, by the parameter's number and in PyTorch's names.
    package var memory: [Memory]
    /// The settings that groups have which name no others.
    package let defaults: [(name: String, value: OptionValue)]

    /// What an optimizer remembers of one parameter.
    package struct Memory {
        package var tensors: [(name: String, value: Tensor)] = []
        package var step: Int?

        package subscript(name: String) -> Tensor? {
            tensors.first { $0.name == name }?.value
        }
    }

    /// The original's name of the optimizer, such as `SGD`.
    open var typeName: String { "\(type(of: self))" }

    /// An optimizer of these groups; settings a group lacks are taken from `defaults`, where the first of a
    /// name counts and the last gives it its place.
    ///
    /// Errors: throws where a setting has no meaning, as PyTorch's constructors do.
    public init(groups: [ParameterGroup], defaults: [(String, OptionValue)]) throws {
        let values = Dictionary(defaults) { first, _ in first }
        let order = Dictionary(defaults.enumerated().map { ($1.0, $0) }) { max($0, $1) }
        let names = order.sorted { $0.value < $1.value }.map(\.key)
        for group in groups {
            for name in names where group[name] == nil { group[name] = values[name] }
        }
        self.groups = groups
        self.defaults = names.compactMap { name in values[name].map { (name, $0) } }
        memory = Array(repeating: Memory(), count: groups.reduce(0) { $0 + $1.parameters.count })
    }

    /// All parameters, numbered as PyTorch numbers them: through the groups.
    public var parameters: [Parameter] { groups.flatMap(\.parameters) }

    /// Changes every parameter that has a gradient.
    public func step() throws {
        var number = 0
        for group in groups {
            for parameter in group.parameters {
                if let gradient = parameter.gradient {
                    try update(parameter, gradient, group, &memory[number])
                    parameter.valueDidChange()
                }
                number += 1
            }
        }
    }

    /// Changes one parameter; for subclasses.
    package func update(
        _ parameter: Parameter, _ gradient: Tensor, _ group: ParameterGroup,
        _ memory: inout Memory
    ) throws {
        require(false, "\(typeName) must say how it updates a parameter")
    }

    /// Whether PyTorch saves the step count as a float tensor under this optimizer's `step`.
    package var savesStep: Bool { false }

    /// The shape of what is remembered of a parameter under that name.
    package func memoryShape(of name: String, _ parameter: Parameter) -> [Int] {
        parameter.value.shape
    }

    /// What a checkpoint keeps of the optimizer.
    public func state() throws -> OptimizerState {
        var entries: [Int: [(name: String, entry: OptimizerState.Entry)]] = [:]
        for (number, memory) in memory.enumerated() {
            var list: [(name: String, entry: OptimizerState.Entry)] = []
            if let step = memory.step, savesStep {
                list.append(("step", .tensor(PlainTensor([Float(step)], shape: []))))
            }
            for (name, tensor) in memory.tensors {
                let values = try tensor.plainValues()
                list.append((name, .tensor(PlainTensor(values, shape: tensor.shape))))
            }
            if !list.isEmpty { entries[number] = list }
        }
        var next = 0
        let saved = groups.map { group in
            defer { next += group.parameters.count }
            return OptimizerState.Group(
                options: group.optionEntries,
                parameters: Array(next..<(next + group.parameters.count)))
        }
        return OptimizerState(entries: entries, groups: saved)
    }

    /// Continues with saved quantities and settings.
    ///
    /// Errors: throws, changing nothing, where groups, parameter counts or shapes differ.
    public func load(_ state: OptimizerState) throws {
        guard state.groups.count == groups.count else {
            throw OptimizerStateError(
                "the saved optimizer has \(state.groups.count) parameter groups, this one has "
                    + "\(groups.count)")
        }
        var numbers: [Int] = []
        for (place, (saved, group)) in zip(state.groups, groups).enumerated() {
            guard saved.parameters.count == group.parameters.count else {
                throw OptimizerStateError(
                    "group \(place) of the saved optimizer has \(saved.parameters.count) "
                        + "parameters, this one has \(group.parameters.count)")
            }
            numbers += saved.parameters
        }
        let parameters = parameters
        var loaded: [Memory] = []
        for (parameter, number) in zip(parameters, numbers) {
            loaded.append(try memory(state.entries[number] ?? [], of: parameter, number))
        }
        memory = loaded
        for (saved, group) in zip(state.groups, groups) { group.load(saved.options) }
    }

    private func memory(
        _ entries: [(name: String, entry: OptimizerState.Entry)], of parameter: Parameter,
        _ number: Int
    ) throws -> Memory {
        var memory = Memory()
        for (name, entry) in entries {
            switch entry {
            case .int(let step) where name == "step": memory.step = step
            case .double(let step) where name == "step": memory.step = Int(step)
            case .tensor(let values) where name == "step":
                memory.step = Int(values.floats.first ?? 0)
            case .tensor(let values):
                let shape = memoryShape(of: name, parameter)
                guard values.shape == shape else {
                    throw OptimizerStateError(
                        "\(name) of parameter \(number) has the shape \(values.shape), the "
                            + "parameter has \(shape)")
                }
                let device = parameter.value.device
                memory.tensors.append((name, try device.tensor(values.floats, shape: values.shape)))
            case .double(let value) where memoryShape(of: name, parameter).isEmpty:
                // Older versions of PyTorch keep single numbers as such.
                try memory.tensors.append((name, parameter.value.device.full([], Float(value))))
            case .int, .double, .null: break
            }
        }
        return memory
    }
}
