/// A peer's times beside ours, measured in turn.
struct Comparison {
    /// The peer's name.
    let peer: String
    /// What the peer runs on, such as `PyTorch 2.13.0`.
    let version: String
    /// Our times between the peer's.
    let ours: Measurement
    /// The peer's times.
    let theirs: Measurement
    /// The most memory the peer's process has had, where it is known.
    let peakBytes: Int?

    /// The peer's time in units of ours; above 1 we are faster.
    var ratio: Double { theirs.median / ours.median }
    /// The ratio of the turn that was the worst for us.
    var ratioMinimum: Double { ratios.min() ?? ratio }
    /// The ratio of the turn that was the best for us.
    var ratioMaximum: Double { ratios.max() ?? ratio }

    private var ratios: [Double] { zip(theirs.seconds, ours.seconds).map { $0 / $1 } }
}
