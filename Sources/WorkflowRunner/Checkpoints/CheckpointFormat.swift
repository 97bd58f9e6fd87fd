import ConfigCore
import NeuralNet
import TensorCore
import TorchFile

/// How parts of a run are written into checkpoints, and read back.
enum CheckpointFormat {
    /// The version of this program that checkpoints name.
    static let programVersion = "0.1.0"
    /// The version of MMEngine whose form checkpoints of runs with loops have.
    static let imitatedEngineVersion = "0.10.7"
    /// The version of the `mmrunner` entry.
    static let resumeVersion = 1

    // MARK: Arrays

    static func tensor(_ array: PlainTensor) -> TorchTensor {
        switch array.elements {
        case .float32(let values): TorchTensor(float32: values, shape: array.shape)
        case .int64(let values): TorchTensor(int64: values, shape: array.shape)
        case .uint8(let values): TorchTensor(uint8: values, shape: array.shape)
        }
    }

    static func array(_ tensor: TorchTensor) throws -> PlainTensor {
        switch tensor.elementType {
        case .float32, .float64, .float16, .bfloat16, .complex64, .complex128:
            PlainTensor(try tensor.float32Values(), shape: tensor.shape)
        case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool:
            PlainTensor(try tensor.int64Values(), shape: tensor.shape)
        }
    }

    /// A config's value as checkpoints hold it.
    static func value(_ node: ConfigNode) -> TorchValue {
        switch node.value {
        case .null: .none
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        case .string(let value): .string(value)
        case .list(let elements): .list(elements.map(value))
        case .tuple(let elements): .tuple(elements.map(value))
        case .mapping(let entries):
            .dictionary(TorchDictionary(entries.map { ($0.key, value($0.node)) }))
        }
    }

    /// PyTorch's `_metadata`: the version of every module that saves something, 2 for normalisation.
    static func metadata(of names: [String]) -> TorchValue {
        var versions = TorchDictionary(ordered: true)
        for name in [""] + names {
            let parts = name.split(separator: ".").dropLast()
            for depth in 0...parts.count {
                let module = parts.prefix(depth).joined(separator: ".")
                if versions[module] == nil {
                    versions[module] = .dictionary(TorchDictionary([("version", .int(1))]))
                }
            }
            if name.hasSuffix(".num_batches_tracked") {
                versions[parts.joined(separator: ".")] = .dictionary(
                    TorchDictionary([("version", .int(2))]))
            }
        }
        return .dictionary(versions)
    }

    // MARK: Algorithms

    /// The algorithms that timing has chosen, by pass and shapes.
    static func algorithms(_ choices: AlgorithmChoices) -> TorchValue {
        let sorted = choices.choices.sorted { $0.key < $1.key }
        return .dictionary(TorchDictionary(sorted.map { ($0.key, .string($0.value.rawValue)) }))
    }

    static func algorithms(_ saved: TorchValue?) -> [String: ConvolutionAlgorithm] {
        var choices: [String: ConvolutionAlgorithm] = [:]
        for (operation, name) in saved?.dictionary?.pairs ?? [] {
            guard let operation = operation.string, let name = name.string else { continue }
            choices[operation] = ConvolutionAlgorithm(rawValue: name)
        }
        return choices
    }

    // MARK: Optimizers

    /// One optimizer's state as PyTorch has it, or that of several by name; with what MMEngine's wrappers
    /// add, where they are asked for.
    static func optimizers(_ set: OptimizerSet, asWrappers: Bool) throws -> TorchValue {
        func state(_ wrapper: OptimWrapper) throws -> TorchValue {
            var saved = optimizer(try wrapper.optimizer.state())
            if asWrappers { addWrapper(wrapper, to: &saved) }
            return .dictionary(saved)
        }
        if let single = set.single { return try state(single) }
        return .dictionary(
            TorchDictionary(try set.entries.map { ($0.name, try state($0.wrapper)) }))
    }

    static func load(_ value: TorchValue, into set: OptimizerSet) throws {
        if let single = set.single { return try load(value, into: single) }
        for (name, wrapper) in set.entries {
            guard let saved = value[name] else {
                throw RunnerError("optimizer", "there is no state of \"\(name)\"")
            }
            try load(saved, into: wrapper)
        }
    }

    private static func addWrapper(_ wrapper: OptimWrapper, to saved: inout TorchDictionary) {
        if let base = wrapper.baseSettings {
            var settings = TorchDictionary([
                ("params", .tensor(TorchTensor(float32: [0], shape: [1])))
            ])
            for option in base.optionEntries { settings[option.name] = value(option.value) }
            saved["base_param_settings"] = .dictionary(settings)
        }
        if let scaler = wrapper.scaler { saved["loss_scaler"] = self.scaler(scaler) }
    }

    private static func load(_ value: TorchValue, into wrapper: OptimWrapper) throws {
        try load(value, into: wrapper.optimizer)
        for option in options(value["base_param_settings"]) {
            wrapper.baseSettings?[option.name] = option.value
        }
        if let saved = value["loss_scaler"] { wrapper.scaler?.restore(scalerNumbers(saved)) }
    }

    /// A scaler's numbers, under PyTorch's names.
    static func scaler(_ scaler: LossScaler) -> TorchValue {
        .dictionary(TorchDictionary(scaler.state.map { ($0.name, .double($0.value)) }))
    }

    static func scalerNumbers(_ saved: TorchValue) -> [String: Double] {
        var numbers: [String: Double] = [:]
        for (name, value) in saved.dictionary?.pairs ?? [] {
            if let name = name.string, let number = value.double { numbers[name] = number }
        }
        return numbers
    }

    /// Settings that some optimizers have in every version of PyTorch, and others never.
    private static let distinguishingOptions = [
        "momentum", "betas", "dampening", "alpha", "rho", "lr_decay", "momentum_decay", "lambd",
        "etas", "beta2_decay", "trust_clip",
    ]

    private static func load(_ value: TorchValue, into optimizer: Optimizer) throws {
        let state = try optimizerState(value)
        let saved = Set(state.groups.first?.options.map(\.name) ?? [])
        let own = Set(try optimizer.state().groups.first?.options.map(\.name) ?? [])
        // What the other kind has gathered would be dropped without a word.
        for kind in distinguishingOptions where saved.contains(kind) != own.contains(kind) {
            throw RunnerError(
                "optimizer",
                "it is the state of another kind of optimizer, "
                    + (saved.contains(kind) ? "with \(kind)" : "without \(kind)"))
        }
        try optimizer.load(state)
    }

    private static func optimizer(_ state: OptimizerState) -> TorchDictionary {
        var entries = TorchDictionary()
        for (number, quantities) in state.entries.sorted(by: { $0.key < $1.key }) {
            entries[key: .int(number)] = .dictionary(
                TorchDictionary(quantities.map { ($0.name, value($0.entry)) }))
        }
        let groups = state.groups.map { group in
            var saved = TorchDictionary(group.options.map { ($0.name, value($0.value)) })
            saved["params"] = .list(group.parameters.map { .int($0) })
            return TorchValue.dictionary(saved)
        }
        return TorchDictionary([("state", .dictionary(entries)), ("param_groups", .list(groups))])
    }

    private static func optimizerState(_ value: TorchValue) throws -> OptimizerState {
        guard let entries = value["state"]?.dictionary, let groups = value["param_groups"]?.elements
        else { throw RunnerError("optimizer", "it is no optimizer state of PyTorch's") }
        var saved: [Int: [(name: String, entry: OptimizerState.Entry)]] = [:]
        for (key, quantities) in entries.pairs {
            guard let number = key.int, let quantities = quantities.dictionary else { continue }
            saved[number] = try quantities.pairs.compactMap { name, value in
                guard let name = name.string, let entry = try entry(value) else { return nil }
                return (name, entry)
            }
        }
        return OptimizerState(
            entries: saved,
            groups: groups.map { group in
                OptimizerState.Group(
                    options: options(group),
                    parameters: group["params"]?.elements?.compactMap(\.int) ?? [])
            })
    }

    private static func options(_ group: TorchValue?) -> [(name: String, value: OptionValue)] {
        (group?.dictionary?.pairs ?? []).compactMap { name, value in
            guard let name = name.string, name != "params", let option = option(value) else {
                return nil
            }
            return (name, option)
        }
    }

    private static func value(_ entry: OptimizerState.Entry) -> TorchValue {
        switch entry {
        case .tensor(let array): .tensor(tensor(array))
        case .double(let value): .double(value)
        case .int(let value): .int(value)
        case .null: .none
        }
    }

    private static func entry(_ value: TorchValue) throws -> OptimizerState.Entry? {
        switch value {
        case .tensor(let tensor): .tensor(try array(tensor))
        case .double(let value): .double(value)
        case .int(let value): .int(value)
        case .none: .null
        default: nil
        }
    }

    private static func value(_ option: OptionValue) -> TorchValue {
        switch option {
        case .null: .none
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        case .pair(let first, let second): .tuple([.double(first), .double(second)])
        case .tuple(let parts): .tuple(parts.map(value))
        }
    }

    private static func option(_ value: TorchValue) -> OptionValue? {
        switch value {
        case .none: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        case .tuple(let parts), .list(let parts):
            if parts.count == 2, let first = parts[0].double, let second = parts[1].double {
                .pair(first, second)
            } else {
                .tuple(parts.compactMap(option))
            }
        default: nil
        }
    }

    // MARK: What exact resuming needs

    static func generator(_ state: TorchGenerator.State) -> TorchValue {
        .dictionary(
            TorchDictionary([
                (
                    "engine",
                    .tensor(TorchTensor(int64: state.engine, shape: [state.engine.count]))
                ),
                ("spare_normal", state.spareNormal.map { .double($0) } ?? .none),
            ]))
    }

    static func generatorState(_ value: TorchValue?) -> TorchGenerator.State? {
        guard let engine = try? value?["engine"]?.tensor?.int64Values() else { return nil }
        return TorchGenerator.State(
            engine: engine, spareNormal: value?["spare_normal"]?.double)
    }

    static func gradients(_ set: OptimizerSet) throws -> TorchValue {
        .dictionary(
            TorchDictionary(
                try set.entries.map { name, wrapper in
                    var gathered = TorchDictionary()
                    for (number, gradient) in try wrapper.gatheredGradients()
                        .sorted(by: { $0.key < $1.key })
                    {
                        gathered[key: .int(number)] = .tensor(tensor(gradient))
                    }
                    return (name, .dictionary(gathered))
                }))
    }

    static func restoreGradients(_ value: TorchValue, into set: OptimizerSet) throws {
        for (name, wrapper) in set.entries {
            var gathered: [Int: PlainTensor] = [:]
            for (number, gradient) in value[name]?.dictionary?.pairs ?? [] {
                guard let number = number.int, let tensor = gradient.tensor else { continue }
                gathered[number] = try array(tensor)
            }
            try wrapper.restoreGradients(gathered)
        }
    }
}
