import ConfigCore

/// Which iterations a profiler measures: after `wait` and `warmup` it takes `active` ones, then again.
///
/// Source: `torch.profiler.schedule`.
public struct ProfilerSchedule: Sendable {
    /// What happens to an iteration.
    enum Action {
        case skip
        case record
        /// Records the last iteration of a cycle, whose times are then told.
        case recordAndTell
    }

    /// How many iterations of a cycle pass first.
    public var wait: Int
    /// How many iterations follow that are not measured either.
    public var warmup: Int
    /// How many iterations are measured.
    public var active: Int
    /// How many cycles there are; 0 has no limit.
    public var repeats: Int
    /// How many iterations pass before the first cycle.
    public var skipFirst: Int

    /// A schedule of those counts.
    public init(wait: Int, warmup: Int, active: Int, repeats: Int = 0, skipFirst: Int = 0) {
        self.wait = wait
        self.warmup = warmup
        self.active = active
        self.repeats = repeats
        self.skipFirst = skipFirst
    }

    /// Reads `wait`, `warmup`, `active`, `repeat` and `skip_first`.
    init(from reader: inout ConfigReader) throws {
        func count(_ key: String, default value: Int?, least: Int = 0) throws -> Int {
            let count: Int =
                if let value {
                    try reader.value(key, default: value)
                } else {
                    try reader.required(key)
                }
            guard count >= least else {
                throw reader.failure(
                    key,
                    "expected \(least == 0 ? "no negative" : "a positive") number, got \(count)"
                )
            }
            return count
        }
        wait = try count("wait", default: nil)
        warmup = try count("warmup", default: nil)
        active = try count("active", default: nil, least: 1)
        repeats = try count("repeat", default: 0)
        skipFirst = try count("skip_first", default: 0)
    }

    /// What happens to the iteration of that number, counted from 0.
    func action(at iteration: Int) -> Action {
        let step = iteration - skipFirst
        guard step >= 0 else { return .skip }
        let length = wait + warmup + active
        if repeats > 0 && step / length >= repeats { return .skip }
        let place = step % length
        if place < wait + warmup { return .skip }
        return place == length - 1 ? .recordAndTell : .record
    }
}
