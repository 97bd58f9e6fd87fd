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
    /// Every sample several times in a row, of which a pass takes as many as the data set has.
    case repeated(RepeatedOrder)
    /// A stream of permutations without end, of which a pass takes whole batches.
    ///
    /// Source: MMEngine's `InfiniteSampler`.
    case infinite(seed: UInt64, shuffle: Bool = true, batchSize: Int)

    /// Whether passes draw from the run's generator.
    var drawsFromGenerator: Bool {
        switch self {
        case .seeded, .repeated, .infinite: false
        case .sequential, .sequentialInsteadOfShuffled, .shuffled: true
        }
    }

    /// How many of `count` elements one pass visits.
    public func length(of count: Int) -> Int {
        switch self {
        case .sequential, .sequentialInsteadOfShuffled, .shuffled: count
        case .seeded(_, _, let rank, let size, let roundUp):
            roundUp ? (count + size - 1) / size : max(0, (count - rank + size - 1) / size)
        case .repeated(let order): order.length(of: count)
        case .infinite(_, _, let batchSize): (count + batchSize - 1) / batchSize * batchSize
        }
    }

    /// The indices of one pass.
    ///
    /// - Parameters:
    ///   - count: How many elements the data set has.
    ///   - epoch: The number of the pass.
    ///   - orderSeed: The pass's own seed, for `shuffled`.
    /// - Returns: Indices of the data set, in order.
    package func indices(of count: Int, epoch: Int, orderSeed: UInt64?) -> [Int] {
        switch self {
        case .sequential, .sequentialInsteadOfShuffled:
            return Array(0..<count)
        case .shuffled:
            guard let orderSeed else { return Array(0..<count) }
            return TorchGenerator(seed: orderSeed).permutation(count)
        case .seeded(let seed, let shuffle, let rank, let size, _):
            let all =
                shuffle
                ? TorchGenerator(seed: seed &+ UInt64(bitPattern: Int64(epoch))).permutation(count)
                : Array(0..<count)
            guard size > 1, count > 0 else { return all }
            return (0..<length(of: count)).map { all[(rank + $0 * size) % count] }
        case .repeated(let order):
            return order.indices(of: count, epoch: epoch)
        case .infinite(let seed, let shuffle, _):
            return Self.stream(of: count, part: epoch, length(of: count), shuffle ? seed : nil)
        }
    }

    /// A part of the endless stream of permutations that one generator makes.
    private static func stream(of count: Int, part: Int, _ length: Int, _ seed: UInt64?) -> [Int] {
        guard count > 0 else { return [] }
        let places = (part * length)..<((part + 1) * length)
        let generator = seed.map(TorchGenerator.init)
        var result: [Int] = []
        result.reserveCapacity(length)
        var start = 0
        while start < places.upperBound {
            let round = generator?.permutation(count) ?? Array(0..<count)
            let wanted = places.clamped(to: start..<(start + count))
            result += round[(wanted.lowerBound - start)..<(wanted.upperBound - start)]
            start += count
        }
        return result
    }
}
