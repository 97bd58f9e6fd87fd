public import TensorCore

/// The saved arrays of a module tree under their checkpoint names, in order.
public struct StateDictionary: Sendable, Equatable {
    /// Names and values in registration order.
    public private(set) var names: [String] = []
    private var values: [String: PlainTensor] = [:]

    /// A dictionary without entries.
    public init() {}

    /// A dictionary of these entries.
    public init(_ entries: [(String, PlainTensor)]) {
        for (name, value) in entries { self[name] = value }
    }

    /// The array of that name, or nil.
    public subscript(name: String) -> PlainTensor? {
        get { values[name] }
        set {
            if let newValue {
                if values.updateValue(newValue, forKey: name) == nil { names.append(name) }
            } else if values.removeValue(forKey: name) != nil {
                names.removeAll { $0 == name }
            }
        }
    }
}

/// How a state dictionary and a module tree differ.
public struct StateDifferences: Sendable, Equatable {
    /// Entries of the dictionary that the model has no place for.
    public var unexpected: [String] = []
    /// Entries of the model that the dictionary lacks.
    public var missing: [String] = []
    /// Entries whose shapes differ, with the saved shape and the model's.
    public var misshapen: [(name: String, saved: [Int], model: [Int])] = []
    /// How many entries were loaded.
    public var loaded = 0

    /// No differences.
    public init() {}

    /// Whether every entry found its place.
    public var isEmpty: Bool { unexpected.isEmpty && missing.isEmpty && misshapen.isEmpty }

    /// Compares everything.
    public static func == (a: StateDifferences, b: StateDifferences) -> Bool {
        a.unexpected == b.unexpected && a.missing == b.missing && a.loaded == b.loaded
            && a.misshapen.elementsEqual(b.misshapen) { $0 == $1 }
    }
}

extension Module {
    /// Every saved array with its full name: each module's parameters, then its buffers, then its children.
    public func stateDictionary() throws -> StateDictionary {
        var state = StateDictionary()
        for (name, member) in savedMembers() {
            switch member {
            case .parameter(let parameter):
                state[name] = PlainTensor(
                    try parameter.value.plainValues(), shape: parameter.value.shape)
            case .buffer(let buffer):
                state[name] = PlainTensor(try buffer.value.plainValues(), shape: buffer.value.shape)
            case .counter(let counter):
                state[name] = PlainTensor([counter.value], shape: [])
            case .module: break
            }
        }
        return state
    }

    /// Loads what fits and tells the rest; `onlyIfExact` loads nothing unless everything fits.
    public func load(_ state: StateDictionary, onlyIfExact: Bool = false) throws
        -> StateDifferences
    {
        let members = savedMembers()
        var differences = StateDifferences()
        let known = Set(members.map(\.name))
        differences.unexpected = state.names.filter { !known.contains($0) }
        var fitting: [(Member, PlainTensor)] = []
        for (name, member) in members {
            guard let saved = state[name] else {
                differences.missing.append(name)
                continue
            }
            let shape = member.savedShape
            // PyTorch before 0.4.1 and hand-made files hold a counter as one element.
            if saved.shape == shape || (shape.isEmpty && saved.shape == [1]) {
                fitting.append((member, saved))
            } else {
                differences.misshapen.append((name, saved.shape, shape))
            }
        }
        if onlyIfExact && !differences.isEmpty { return differences }
        for (member, saved) in fitting { try member.assign(saved) }
        differences.loaded = fitting.count
        return differences
    }

    /// Everything a checkpoint holds of the tree, in state-dictionary order.
    private func savedMembers() -> [(name: String, member: Member)] {
        namedModules().flatMap { named in
            let own = named.module.members.entries
            let parameters = own.filter { if case .parameter = $0.member { true } else { false } }
            let buffers = own.filter {
                switch $0.member {
                case .buffer, .counter: true
                case .parameter, .module: false
                }
            }
            return (parameters + buffers).map { (Self.join(named.name, $0.name), $0.member) }
        }
    }
}

extension Member {
    fileprivate var savedShape: [Int] {
        switch self {
        case .parameter(let parameter): parameter.value.shape
        case .buffer(let buffer): buffer.value.shape
        case .counter, .module: []
        }
    }

    fileprivate func assign(_ saved: PlainTensor) throws {
        switch self {
        case .parameter(let parameter): try parameter.assign(saved.floats)
        case .buffer(let buffer): try buffer.value.assign(saved.floats)
        case .counter(let counter):
            counter.value = saved.integers?.first ?? saved.floats.first.map { Int64($0) } ?? 0
        case .module: break
        }
    }
}
