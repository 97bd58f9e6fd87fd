/// The value falls to a target over the whole run, along half a cosine or a line.
///
/// Counting epochs, the last one is trained a step before the target.
public struct AnnealingSchedule: ParameterSchedule {
    let annealing: Annealing
    let target: AnnealingTarget

    /// Falls to `target`.
    public init(_ annealing: Annealing, target: AnnealingTarget) {
        self.annealing = annealing
        self.target = target
    }

    /// The point of the curve.
    public func value(base: Double, progress: Int, maximum: Int) -> Double {
        annealing.value(
            from: base, to: target.value(base: base), at: Double(progress) / Double(maximum))
    }
}
