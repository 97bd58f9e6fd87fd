import ConfigCore

/// The momentum falls from its maximum to a lower bound and rises again, against the learning rate.
///
/// The optimizer's own momentum plays no part.
///
/// Source: MMCV's `OneCycleMomentumUpdaterHook`.
struct OneCycleMomentumSchedule: MomentumSchedule {
    private let cycle: OneCycle
    private let lower: GroupValues
    private let upper: GroupValues

    init(from reader: inout ConfigReader) throws {
        lower = try Self.bound("base_momentum", default: 0.85, &reader)
        upper = try Self.bound("max_momentum", default: 0.95, &reader)
        cycle = try OneCycle(from: &reader)
    }

    private static func bound(_ key: String, default value: Double, _ reader: inout ConfigReader)
        throws -> GroupValues
    {
        let bound = try reader.value(key, default: GroupValues.same(value))
        for value in bound.all where !(0..<1).contains(value) {
            throw reader.failure(key, "expected a momentum from 0 to below 1, got \(value)")
        }
        return bound
    }

    /// Gives every group its own bounds, which it notes as the original does.
    func planned(for optimizer: ScheduledOptimizer) throws -> [GroupSchedule] {
        let lower = try lower.values(of: optimizer, key: "base_momentum")
        let upper = try upper.values(of: optimizer, key: "max_momentum")
        let ends = try optimizer.maximum.flatMap { length in
            length > 0 ? try cycle.ends(length, of: optimizer) : nil
        }
        return zip(lower, upper).map { lower, upper in
            let notes = [
                (name: "base_momentum", value: lower), (name: "max_momentum", value: upper),
            ]
            let values =
                cycle.hasThreePhases ? [upper, lower, upper, upper] : [upper, lower, upper]
            guard let ends else { return GroupSchedule(FixedSchedule(), base: upper, notes: notes) }
            let curve = OneCycleMomentum(ends: ends, values: values, annealing: cycle.annealing)
            return GroupSchedule(curve, base: upper, notes: notes)
        }
    }

    /// The base: groups follow what is planned for them.
    func value(base: Double, progress: Int, maximum: Int) -> Double { base }
}

/// A momentum that goes from value to value, from one phase's end to the next one's.
private struct OneCycleMomentum: MomentumSchedule {
    let ends: [Double]
    let values: [Double]
    let annealing: Annealing

    func value(base: Double, progress: Int, maximum: Int) -> Double {
        let (phase, share) = OneCycle.place(of: progress, in: ends)
        return annealing.value(from: values[phase], to: values[phase + 1], at: share)
    }
}
