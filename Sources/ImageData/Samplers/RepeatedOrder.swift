import TensorCore

/// The order in which every sample comes several times, so that a batch holds it in several forms.
///
/// Source: `RepeatAugSampler` of MMClassification; its order is that of distributed runs (`seed + epoch`),
/// on a single process too.
public struct RepeatedOrder: Sendable, Equatable {
    /// The seed of the first pass.
    public var seed: UInt64
    /// Whether each pass has another order.
    public var shuffles = true
    /// How often a sample comes.
    public var repeats = 3
    /// A pass has a multiple of so many samples; 0 means as many as there are.
    public var selectedRound = 256
    /// A pass has the data set's size divided by it; 0 means the number of processes.
    public var selectedRatio = 0
    /// The number of this process.
    public var rank = 0
    /// How many processes there are.
    public var size = 1

    /// The usual order under a seed.
    public init(seed: UInt64) { self.seed = seed }

    /// How many of `count` elements one pass visits.
    func length(of count: Int) -> Int {
        let ratio = selectedRatio > 0 ? selectedRatio : size
        let wanted =
            selectedRound > 0
            ? count / selectedRound * selectedRound / ratio : (count + ratio - 1) / ratio
        return min(wanted, share(of: count))
    }

    /// The indices of one pass.
    func indices(of count: Int, epoch: Int) -> [Int] {
        guard count > 0 else { return [] }
        let seed = seed &+ UInt64(bitPattern: Int64(epoch))
        let order =
            shuffles ? TorchGenerator(seed: seed).permutation(count) : Array(0..<count)
        let all = repeats * count
        return (0..<length(of: count)).map { order[(rank + $0 * size) % all / repeats] }
    }

    /// How many repeated elements fall to each process.
    private func share(of count: Int) -> Int { (count * repeats + size - 1) / size }
}
