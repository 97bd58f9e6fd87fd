import Foundation

/// The random numbers of one address, drawn in order.
public struct RandomStream: Sendable {
    private let key: UInt64
    private var counter: UInt64 = 0
    /// The numbers of the last block, and how many of them are left.
    private var block: Philox.Block = (0, 0, 0, 0)
    private var left = 0
    /// Numbers that are handed out before any is drawn.
    private var recorded = RecordedDraws()

    init(key: UInt64) { self.key = key }

    /// A stream that begins with numbers recorded elsewhere.
    package init(replaying recorded: RecordedDraws) {
        key = 0
        self.recorded = recorded
    }

    /// The recorded numbers that were not used.
    package var unusedDraws: RecordedDraws { recorded }

    /// The next recorded value of a beta distribution, if there is one.
    mutating func takeRecordedBeta() -> Double? { recorded.beta.popFirst() }

    /// 32 random bits.
    public mutating func next32() -> UInt32 {
        if left == 0 {
            block = Philox.block(counter: (counter, 0), key: key)
            counter += 1
            left = 4
        }
        left -= 1
        switch left {
        case 3: return block.0
        case 2: return block.1
        case 1: return block.2
        default: return block.3
        }
    }

    /// A value in `0..<1` with 53 random bits.
    public mutating func uniform() -> Double {
        if let number = recorded.uniform.popFirst() { return number }
        let bits = UInt64(next32()) << 32 | UInt64(next32())
        return Double(bits >> 11) * 0x1p-53
    }

    /// A value in `low..<high`.
    public mutating func uniform(_ low: Double, _ high: Double) -> Double {
        if let number = recorded.ranged.popFirst() { return number }
        return low + (high - low) * uniform()
    }

    /// An integer in `range`, every one equally likely.
    public mutating func integer(in range: ClosedRange<Int>) -> Int {
        if let number = recorded.integers.popFirst() { return number }
        let width = UInt64(range.upperBound - range.lowerBound) + 1
        let limit = UInt64.max - UInt64.max % width
        var bits: UInt64
        repeat { bits = UInt64(next32()) << 32 | UInt64(next32()) } while bits >= limit
        return range.lowerBound + Int(bits % width)
    }

    /// A normally distributed value with mean 0 and standard deviation 1.
    public mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    /// A normally distributed value.
    public mutating func normal(mean: Double, deviation: Double) -> Double {
        if let number = recorded.normal.popFirst() { return number }
        return mean + deviation * normal()
    }

    /// The numbers below `count`, every order equally likely.
    public mutating func order(of count: Int) -> [Int] {
        if let order = recorded.orders.popFirst() { return order }
        var order = Array(0..<count)
        for last in (1..<max(count, 1)).reversed() { order.swapAt(last, integer(in: 0...last)) }
        return order
    }
}
