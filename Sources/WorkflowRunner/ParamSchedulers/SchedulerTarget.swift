public import NeuralNet

/// What parameter schedulers are built for: the groups of one optimizer, and the length of the run.
public final class SchedulerTarget {
    /// The optimizer's groups, and after them its base settings where it has several groups.
    public let groups: [ParameterGroup]
    /// How long the run is.
    public let length: RunLength
    /// Takes the lines of schedulers that are asked to tell what they do.
    private let tell: (String) -> Void
    /// The settings before any scheduler changed them.
    private let starts: [[String: OptionValue]]
    /// Whether steps are taken again that were told of before.
    var isQuiet = false

    /// The groups of an optimizer.
    ///
    /// - Parameters:
    ///   - wrapper: The optimizer.
    ///   - length: How long the run is.
    ///   - tell: Takes the lines of schedulers with `verbose=True`.
    public convenience init(
        _ wrapper: OptimWrapper, length: RunLength = RunLength(),
        tell: @escaping (String) -> Void = { _ in }
    ) {
        let base = wrapper.baseSettings.map { [$0] } ?? []
        self.init(wrapper.optimizer.groups + base, length: length, tell: tell)
    }

    /// Groups that are scheduled together.
    public init(
        _ groups: [ParameterGroup], length: RunLength = RunLength(),
        tell: @escaping (String) -> Void = { _ in }
    ) {
        self.groups = groups
        self.length = length
        self.tell = tell
        starts = groups.map { group in
            Dictionary(group.optionEntries.map { ($0.name, $0.value) }) { first, _ in first }
        }
    }

    /// Gives the groups the values back that they had before any scheduler.
    func restore(_ parameter: ScheduledParameter) {
        for (group, start) in zip(groups, starts) {
            for name in parameter.touchedNames { group[name] = start[name] }
        }
    }

    func note(_ line: String) {
        if !isQuiet { tell(line) }
    }
}

/// How long a run is, as far as that is known.
public struct RunLength: Sendable, Equatable {
    /// How many epochs it trains.
    public var epochs: Int?
    /// How many iterations it trains.
    public var iterations: Int?
    /// How many iterations an epoch has.
    public var iterationsPerEpoch: Int?

    /// A length; nothing is known by default.
    public init(epochs: Int? = nil, iterations: Int? = nil, iterationsPerEpoch: Int? = nil) {
        self.epochs = epochs
        self.iterations = iterations
        self.iterationsPerEpoch = iterationsPerEpoch
    }
}
