import Foundation
import TorchFile

/// What a config says of schedulers that it did not say when a checkpoint was saved.
struct ScheduleChanges {
    private var details: [String] = []

    /// Whether everything is as it was.
    var isEmpty: Bool { details.isEmpty }

    init(_ schedulers: [any ParameterScheduler], _ states: [TorchDictionary?]?) {
        guard let states else {
            details = ["the checkpoint holds no parameter schedulers"]
            return
        }
        guard states.count == schedulers.count else {
            details = ["it has \(schedulers.count) schedulers, the checkpoint \(states.count)"]
            return
        }
        for (scheduler, state) in zip(schedulers, states) {
            details += Self.differences(scheduler, state ?? TorchDictionary())
        }
    }

    private static func differences(
        _ scheduler: any ParameterScheduler, _ state: TorchDictionary
    ) -> [String] {
        // Each kind of scheduler keeps entries that no other kind has.
        let kept = Set(state.names).subtracting(["anneal_func"])
        let known = Set(scheduler.state.names).subtracting(ownEntries)
        guard state["param_name"]?.string == scheduler.parameter.name,
            kept.union(ownEntries) == known.union(ownEntries)
        else { return ["\(scheduler.typeName) is new"] }
        var lines: [String] = []
        for (name, value) in scheduler.settings where !isDerived(name) {
            // What only one of the two programs writes tells nothing.
            guard let saved = state[name], !same(saved, value) else { continue }
            lines.append(
                "\(scheduler.typeName): \(name) was \(text(saved)), now it is \(text(value))")
        }
        if let bases = state["base_values"]?.elements?.compactMap(\.double),
            let change = zip(bases, scheduler.baseValues).first(where: { $0 != $1 })
        {
            lines.append(
                "\(scheduler.parameter.name) started from \(brief(change.0)), now from "
                    + brief(change.1))
        }
        return lines
    }

    /// What only this program writes.
    private static var ownEntries: Set<String> { ["anneal_strategy", PlateauScheduler.historyKey] }

    /// Settings that follow from others.
    private static func isDerived(_ name: String) -> Bool {
        ["total_iters", "cumulative_periods"].contains(name)
    }

    /// What to tell: the changes, and what they do to the values.
    func lines(
        from before: [(name: String, value: Double)], to after: [(name: String, value: Double)]
    ) -> [String] {
        var told: Set<String> = []
        let changes = details.filter { told.insert($0).inserted }.joined(separator: "; ")
        let values = zip(before, after).map { old, new in
            old.value == new.value
                ? "\(new.name) stays \(Self.brief(new.value))"
                : "\(new.name) \(Self.brief(old.value)) -> \(Self.brief(new.value))"
        }
        let effect = values.isEmpty ? "" : ": \(values.joined(separator: ", "))"
        return isEmpty
            ? []
            : [
                "param_scheduler differs from the checkpoint's (\(changes)); the config counts\(effect)"
            ]
    }

    private static func brief(_ value: Double) -> String { String(format: "%g", value) }

    private static func text(_ value: TorchValue) -> String {
        switch value {
        case .double(let number): SchedulerSpan.number(number)
        case .list(let parts), .tuple(let parts):
            "[\(parts.map(text).joined(separator: ", "))]"
        case .dictionary, .object:
            "[\((value.counts ?? []).flatMap { Array(repeating: SchedulerSpan.number($0.0), count: $0.1) }.joined(separator: ", "))]"
        default: "\(value)"
        }
    }

    /// Whether two values mean the same: numbers as numbers, tuples as lists, counters as dictionaries.
    private static func same(_ a: TorchValue, _ b: TorchValue) -> Bool {
        if let (a, b) = pair(a.double, b.double) { return a == b }
        if let (a, b) = pair(a.counts, b.counts) { return a.elementsEqual(b) { $0 == $1 } }
        if let (a, b) = pair(a.elements, b.elements) {
            // The optimizer's base settings come on top where it has several groups.
            return a.count == b.count && zip(a, b).allSatisfy { same($0, $1) }
        }
        if let (a, b) = pair(a.dictionary, b.dictionary) {
            return a.names == b.names
                && zip(a.pairs, b.pairs).allSatisfy { same($0.value, $1.value) }
        }
        if let (a, b) = pair(a.string, b.string) { return a == b }
        if let (a, b) = pair(a.bool, b.bool) { return a == b }
        if case (.none, .none) = (a, b) { return true }
        return false
    }

    private static func pair<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
        if let a, let b { (a, b) } else { nil }
    }
}

extension TorchValue {
    /// A number, whole where it can be.
    static func number(_ value: Double) -> TorchValue {
        Int(exactly: value).map { .int($0) } ?? .double(value)
    }

    /// The numbers that a dictionary or Python's `Counter` counts, in order.
    var counts: [(Double, Int)]? {
        var entries = dictionary
        if case .object(let object) = self, object.className == "collections.Counter" {
            entries = object.arguments.first?.dictionary ?? object.entries
        }
        guard let pairs = entries?.pairs else { return nil }
        let counts = pairs.compactMap { entry -> (Double, Int)? in
            guard let number = entry.key.double, let count = entry.value.int else { return nil }
            return (number, count)
        }
        return counts.count == pairs.count ? counts.sorted { $0.0 < $1.0 } : nil
    }
}
