import ConfigCore

/// The phases of a cycle that is as long as the run: up to a peak, then down.
///
/// Source: PyTorch's and MMCV's one-cycle policy.
struct OneCycle: Sendable {
    let shareUp: Double
    let annealing: Annealing
    /// Whether the way down is as long as the way up, and a third phase follows.
    let hasThreePhases: Bool

    /// Reads `pct_start`, `anneal_strategy` and `three_phase`.
    init(from reader: inout ConfigReader) throws {
        shareUp = try reader.share("pct_start", default: 0.3)
        annealing = try reader.annealing()
        hasThreePhases = try reader.value("three_phase", default: false)
    }

    init(shareUp: Double, annealing: Annealing, hasThreePhases: Bool) {
        self.shareUp = shareUp
        self.annealing = annealing
        self.hasThreePhases = hasThreePhases
    }

    /// The last step of each phase in a run of `length` steps; phases begin where those before them end.
    func ends(_ length: Int, of optimizer: ScheduledOptimizer) throws -> [Double] {
        let up = shareUp * Double(length) - 1
        guard up != 0 else {
            throw optimizer.failure(
                "pct_start",
                "\(shareUp) of \(length) iterations is the first one alone, which leaves no way up",
                remedy: "raise it, or set it to 0")
        }
        let last = Double(length - 1)
        return hasThreePhases ? [up, 2 * shareUp * Double(length) - 2, last] : [up, last]
    }

    /// The place of a step: its phase, and the share of it that has passed; in the last phase after the end.
    static func place(of step: Int, in ends: [Double]) -> (phase: Int, share: Double) {
        let step = Double(step)
        let phase = ends.firstIndex { step <= $0 } ?? ends.count - 1
        let start = phase == 0 ? 0 : ends[phase - 1]
        return (phase, (step - start) / (ends[phase] - start))
    }
}
