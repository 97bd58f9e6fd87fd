import Foundation

/// The draws of PyTorch's CPU generator, number for number.
///
/// A run's initial weights and sample order come from one such generator, in the order in which the
/// original draws them, so that a seed starts the same run. It has an owner (the run), and its state
/// goes into checkpoints.
///
/// Source: ATen's `CPUGeneratorImpl` and distribution kernels; compared with recorded runs.
public final class TorchGenerator {
    private var engine: MersenneTwister
    /// The second half of a pair that the scalar normal path has drawn.
    private var spareNormal: Double?

    /// A generator as after `torch.manual_seed(seed)`.
    public init(seed: UInt64) { engine = MersenneTwister(seed: seed) }

    /// What a checkpoint keeps of a generator.
    public struct State: Sendable, Equatable {
        /// The words and position of the engine.
        public let engine: [Int64]
        /// The unused half of the last scalar normal pair.
        public let spareNormal: Double?

        /// A state as read from a checkpoint.
        public init(engine: [Int64], spareNormal: Double?) {
            self.engine = engine
            self.spareNormal = spareNormal
        }
    }

    /// The state from which the next draw follows.
    public var state: State { State(engine: engine.state, spareNormal: spareNormal) }

    /// Continues from a saved state; false, and unchanged, where it is not a state.
    public func restore(_ state: State) -> Bool {
        guard let engine = MersenneTwister(state: state.engine) else { return false }
        self.engine = engine
        spareNormal = state.spareNormal
        return true
    }

    /// 32 random bits.
    public func next32() -> UInt32 { engine.next() }

    /// 64 random bits: two outputs, the first one high.
    public func next64() -> UInt64 {
        let high = UInt64(engine.next())
        return high << 32 | UInt64(engine.next())
    }

    /// A non-negative 64-bit number, as `torch.empty((), dtype=torch.int64).random_()` draws it.
    public func nextSeed() -> UInt64 { next64() & (1 << 63 - 1) }

    /// A value in `low..<high`, as `uniform_` draws each of its single-precision values.
    public func uniform(_ low: Float, _ high: Float) -> Float {
        // One rounding, as the original's compiler fuses the product and the sum.
        low.addingProduct(Float(engine.next() & 0xff_ffff) * 0x1p-24, high - low)
    }

    /// `count` values of `uniform_`.
    public func uniform(count: Int, from low: Float, to high: Float) -> [Float] {
        (0..<count).map { _ in uniform(low, high) }
    }

    /// `count` values of `normal_`.
    ///
    /// Tensors of 16 values or more are filled in blocks of 16, a ragged end being drawn anew for the
    /// last 16 places; smaller ones take a scalar path with another order of draws.
    public func normal(count: Int, mean: Float, standardDeviation: Float) -> [Float] {
        guard count >= 16 else {
            return (0..<count).map { _ in
                Float(scalarNormal() * Double(standardDeviation) + Double(mean))
            }
        }
        var values = uniform(count: count, from: 0, to: 1)
        for start in stride(from: 0, through: count - 16, by: 16) {
            Self.transformBlock(&values, at: start, mean, standardDeviation)
        }
        if count % 16 != 0 {
            values.replaceSubrange((count - 16)..., with: uniform(count: 16, from: 0, to: 1))
            Self.transformBlock(&values, at: count - 16, mean, standardDeviation)
        }
        return values
    }

    /// The order `torch.randperm(n)` gives.
    public func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        guard count > 1 else { return order }
        for i in 0..<(count - 1) {
            order.swapAt(i, i + Int(engine.next()) % (count - i))
        }
        return order
    }

    private static func transformBlock(
        _ values: inout [Float], at start: Int, _ mean: Float, _ deviation: Float
    ) {
        for j in start..<(start + 8) {
            let radius = (-2 * log(1 - values[j])).squareRoot()
            // Swift's `Float.pi` is rounded towards zero, C's constant to the nearest.
            let angle = Float(2 * Double.pi) * values[j + 8]
            values[j] = radius * cos(angle) * deviation + mean
            values[j + 8] = radius * sin(angle) * deviation + mean
        }
    }

    private func scalarNormal() -> Double {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        let angle = 2 * Double.pi * uniformDouble()
        let radius = (-2 * log1p(-uniformDouble())).squareRoot()
        spareNormal = radius * sin(angle)
        return radius * cos(angle)
    }

    private func uniformDouble() -> Double {
        Double(next64() & (1 << 53 - 1)) * 0x1p-53
    }
}
