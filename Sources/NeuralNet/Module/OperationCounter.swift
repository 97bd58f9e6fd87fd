/// Counts what a forward pass computes.
///
/// A multiplication with the addition behind it counts as one, as do activations; what the original does
/// not count (sums of branches, sigmoids, dropout) is not counted. Source: MMCV's
/// `get_model_complexity_info`.
public final class OperationCounter {
    /// How many there were.
    public private(set) var total = 0

    /// A counter at 0.
    public init() {}

    func add(_ count: Int) { total += count }
}
