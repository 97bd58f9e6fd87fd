public import TorchFile

/// A factor on the value that goes along a line from one number to another.
public struct LinearRule: SchedulingRule {
    /// The factor of the first step.
    public let start: Double
    /// The factor of the last step.
    public let end: Double
    /// Which step is the last.
    public let lastStep: Double

    /// A line during a number of steps.
    ///
    /// Errors: throws where the line begins at 0, which leaves nothing to multiply.
    public init(start: Double = 1.0 / 3, end: Double = 1, length: Double) throws {
        guard start > 0 || length <= 1 else {
            throw SchedulingError(
                "start_factor", "0 leaves nothing to multiply at the next step",
                remedy: "give a small factor above 0")
        }
        self.start = start
        self.end = end
        lastStep = length - 1
    }

    /// The value of a step.
    public func value(at point: SchedulingPoint) throws -> Double {
        if point.step == 0 { return point.current * start }
        let rise = end - start
        return point.current * (1 + rise / (lastStep * start + Double(point.step - 1) * rise))
    }

    /// What the rule was configured with.
    public var settings: [(name: String, value: TorchValue)] {
        [
            ("start_factor", .double(start)), ("end_factor", .double(end)),
            ("total_iters", .number(lastStep)),
        ]
    }
}
