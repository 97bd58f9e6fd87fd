extension TorchGenerator {
    /// `count` integers in `low..<high`, as `torch.randint(low, high, (count,))` draws them.
    ///
    /// Errors: traps on an empty range or one of 2³² or more.
    public func randint(_ low: Int, _ high: Int, _ count: Int) -> [Int64] {
        require(high > low && high - low < 1 << 32, "randint from \(low) to \(high)")
        return (0..<count).map { _ in Int64(low + Int(next32()) % (high - low)) }
    }

    /// `count` values of the standard normal distribution, as `torch.randn(count)` draws them.
    public func randn(_ count: Int) -> [Float] {
        normal(count: count, mean: 0, standardDeviation: 1)
    }

    /// `count` values in `0..<1`, as `torch.rand(count)` draws them.
    public func rand(_ count: Int) -> [Float] { uniform(count: count, from: 0, to: 1) }

    /// A generator as after `torch.manual_seed(seed)`.
    public static func manualSeed(_ seed: UInt64) -> TorchGenerator { TorchGenerator(seed: seed) }
}
