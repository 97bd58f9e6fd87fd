import TensorCore

/// In which order a loader goes through its data.
public enum SampleOrder: Sendable, Equatable {
    /// As the data set has them.
    ///
    /// Source: PyTorch's `SequentialSampler`; a loader's first pass draws its base seed all the same.
    case sequential
    /// As the data set has them, where the original shuffles: passes draw the seed that it would use, so
    /// that everything drawn later is the same.
    case sequentialInsteadOfShuffled
    /// Shuffled anew for each pass by a seed from the run's generator.
    ///
    /// Source: PyTorch's `RandomSampler`, draw for draw.
    case shuffled
    /// A function of seed and pass alone; each of `size` processes takes every `size`-th sample.
    ///
    /// With `roundUp`, samples from the beginning are repeated until all processes have as many.
    /// Source: MMEngine's `DefaultSampler`, MMClassification's `DistributedSampler`.
    case seeded(
        seed: UInt64, shuffle: Bool = true, rank: Int = 0, size: Int = 1, roundUp: Bool = true)
    /// A function of the seed alone: permutations follow each other without end, and a batch may reach
    /// from one into the next.
    ///
    /// Source: MMEngine's `InfiniteSampler`.
    case endless(seed: UInt64, shuffle: Bool = true)
    /// Shuffled as `shuffled` is, each sample so many times in a row, of which a pass takes as many as
    /// there are samples: a whole multiple of `round` (unless that is 0), divided by `ratio`.
    ///
    /// Source: MMClassification's `RepeatAugSampler` on one process, which shuffles by the run's generator
    /// itself rather than by a seed from it.
    case repeated(times: Int, round: Int, ratio: Double)
    /// A function of seed and pass alone, each sample so many times in a row, of which a pass takes as many
    /// as there are samples.
    ///
    /// Source: MMPretrain's `RepeatAugSampler`.
    case seededRepeats(seed: UInt64, shuffle: Bool = true, times: Int)
    /// A function of seed and pass alone in which all classes come equally often, however many samples
    /// they have.
    ///
    /// Source: MMDetection's `ClassAwareSampler`.
    case classAware(seed: UInt64, samplesPerClass: Int = 1)

    /// Whether passes have a seed of their own from the run's generator.
    var drawsOrderSeed: Bool {
        switch self {
        case .shuffled, .repeated: true
        default: false
        }
    }

    /// Whether passes draw from the run's generator.
    var drawsFromGenerator: Bool {
        switch self {
        case .seeded, .endless, .seededRepeats, .classAware: false
        case .sequential, .sequentialInsteadOfShuffled, .shuffled, .repeated: true
        }
    }

    /// Whether a pass ends in the middle of the order, with a full batch.
    var isEndless: Bool { if case .endless = self { true } else { false } }

    /// Whether it must know the samples' classes.
    public var needsClasses: Bool { if case .classAware = self { true } else { false } }

    /// How many of `count` elements one pass visits.
    public func length(of count: Int) -> Int {
        switch self {
        case .sequential, .sequentialInsteadOfShuffled, .shuffled, .endless, .seededRepeats,
            .classAware:
            return count
        case .seeded(_, _, let rank, let size, let roundUp):
            return roundUp ? (count + size - 1) / size : max(0, (count - rank + size - 1) / size)
        case .repeated(let times, let round, let ratio):
            let selected =
                round > 0
                ? (Double(count / round * round) / ratio).rounded(.down)
                : (Double(count) / ratio).rounded(.up)
            return min(count * times, Int(selected))
        }
    }

    /// The indices of one pass.
    ///
    /// - Parameters:
    ///   - count: How many elements the data set has.
    ///   - epoch: The number of the pass.
    ///   - orderSeed: The pass's own seed, for `shuffled`.
    ///   - length: How many indices a pass of an endless order has; by default as many as elements.
    ///   - classes: The indices of the elements of each class, for `classAware`.
    /// - Returns: Indices of the data set, in order.
    package func indices(
        of count: Int, epoch: Int, orderSeed: UInt64?, length: Int? = nil, classes: [[Int]] = []
    ) -> [Int] {
        switch self {
        case .sequential, .sequentialInsteadOfShuffled:
            return Array(0..<count)
        case .shuffled:
            guard let orderSeed else { return Array(0..<count) }
            return TorchGenerator(seed: orderSeed).permutation(count)
        case .repeated(let times, _, _):
            guard let orderSeed else { return Array(0..<count) }
            let all = TorchGenerator(seed: orderSeed).permutation(count)
            return (0..<self.length(of: count)).map { all[$0 / times] }
        case .seededRepeats(let seed, let shuffle, let times):
            let all = Self.permutation(of: count, seed, epoch, shuffle)
            return (0..<count).map { all[$0 / times] }
        case .classAware(let seed, let samplesPerClass):
            var order = ClassAwareOrder(
                classes, generator: TorchGenerator(seed: Self.seed(seed, epoch)))
            return order.indices(count: count, samplesPerClass: samplesPerClass)
        case .seeded(let seed, let shuffle, let rank, let size, _):
            let all = Self.permutation(of: count, seed, epoch, shuffle)
            guard size > 1, count > 0 else { return all }
            return (0..<self.length(of: count)).map { all[(rank + $0 * size) % count] }
        case .endless(let seed, let shuffle):
            let length = length ?? count
            return Self.endless(
                from: epoch * length, count: length, of: count,
                generator: shuffle ? TorchGenerator(seed: seed) : nil)
        }
    }

    private static func seed(_ seed: UInt64, _ epoch: Int) -> UInt64 {
        seed &+ UInt64(bitPattern: Int64(epoch))
    }

    private static func permutation(of count: Int, _ seed: UInt64, _ epoch: Int, _ shuffle: Bool)
        -> [Int]
    {
        shuffle
            ? TorchGenerator(seed: Self.seed(seed, epoch)).permutation(count) : Array(0..<count)
    }

    /// A piece of the permutations that one generator draws one after the other.
    private static func endless(
        from start: Int, count: Int, of size: Int, generator: TorchGenerator?
    ) -> [Int] {
        guard size > 0 else { return [] }
        guard let generator else { return (0..<count).map { (start + $0) % size } }
        var indices: [Int] = []
        var end = 0
        while end < start + count {
            let permutation = generator.permutation(size)
            indices += permutation.dropFirst(max(0, start - end)).prefix(
                start + count - max(start, end))
            end += size
        }
        return indices
    }
}
