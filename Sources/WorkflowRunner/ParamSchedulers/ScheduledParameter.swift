public import NeuralNet

/// The setting of an optimizer's groups that a scheduler moves.
public struct ScheduledParameter: Sendable, Equatable {
    /// The setting under PyTorch's name.
    public let name: String
    /// Whether the first of Adam's betas is moved along.
    private let movesBeta: Bool

    /// A setting as the groups have it.
    public init(_ name: String) { self.init(name, movesBeta: false) }

    private init(_ name: String, movesBeta: Bool) {
        self.name = name
        self.movesBeta = movesBeta
    }

    /// The learning rate.
    public static var learningRate: ScheduledParameter { ScheduledParameter("lr") }
    /// The momentum, or the first of Adam's betas, which groups then also note as their momentum.
    public static var momentum: ScheduledParameter {
        ScheduledParameter("momentum", movesBeta: true)
    }

    /// The setting under which a group keeps what it started from.
    public var initialName: String { "initial_\(name)" }
    /// The settings that a scheduler may change.
    var touchedNames: [String] {
        [name, initialName, "max_\(name)", "min_\(name)"] + (movesBeta ? ["betas"] : [])
    }

    /// Whether the first of these groups' betas is moved; nil where the scheduler has nothing to do with them.
    func usesBetas(of groups: [ParameterGroup]) -> Bool? {
        guard movesBeta else { return nil }
        if case .pair = groups.first?["betas"] { return true }
        return false
    }

    /// The group's value; nil where it has no such setting.
    public func value(in group: ParameterGroup) -> Double? {
        if let value = group[name]?.number { return value }
        if movesBeta, case .pair(let first, _) = group["betas"] { return first }
        return nil
    }

    /// Sets the group's value.
    public func set(_ value: Double, in group: ParameterGroup) {
        if movesBeta, case .pair(_, let second) = group["betas"] {
            group["betas"] = .pair(value, second)
        }
        group[name] = .double(value)
    }

    /// Notes in each group what it starts from, unless that is noted already; the values.
    func noteStarts(_ groups: [ParameterGroup], resumes: Bool) throws -> [Double] {
        try groups.enumerated().map { number, group in
            if movesBeta, case .pair(let first, _) = group["betas"] { group[name] = .double(first) }
            guard let value = value(in: group) else {
                throw SchedulingError(
                    nil, "the optimizer has no \(name)",
                    remedy: "leave the scheduler out, or use another optimizer")
            }
            if let initial = group[initialName]?.number { return initial }
            guard !resumes else {
                throw SchedulingError(
                    "last_step",
                    "group \(number) of the optimizer has no \(initialName) to go on from",
                    remedy: "leave last_step out, or give the group an \(initialName)")
            }
            group[initialName] = .double(value)
            return value
        }
    }
}
