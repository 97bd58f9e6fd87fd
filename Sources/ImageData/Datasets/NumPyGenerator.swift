/// The draws of NumPy's `default_rng(seed)`, as far as shuffling needs them.
///
/// Source: M. O'Neill, "PCG", 2014 (PCG64 XSL RR), seeded by NumPy's `SeedSequence`.
struct NumPyGenerator {
    private static let multiplier: UInt128 =
        UInt128(2_549_297_995_355_413_924) << 64 | UInt128(4_865_540_595_714_422_341)

    private var state: UInt128
    private let increment: UInt128
    /// The upper half of the last output, where only the lower one was used.
    private var spare: UInt32?

    init(seed: UInt64) {
        let words = SeedSequence(seed).words(count: 4)
        let start = UInt128(words[0]) << 64 | UInt128(words[1])
        let stream = UInt128(words[2]) << 64 | UInt128(words[3])
        increment = stream << 1 | 1
        state = increment &+ start
        state = state &* Self.multiplier &+ increment
    }

    /// Puts elements in a random order.
    mutating func shuffle<Element>(_ elements: inout [Element]) {
        for last in (1..<max(elements.count, 1)).reversed() {
            elements.swapAt(last, Int(number(upTo: UInt32(last))))
        }
    }

    /// A number up to a greatest one: outputs that are too large are thrown away.
    private mutating func number(upTo most: UInt32) -> UInt32 {
        guard most > 0 else { return 0 }
        let mask = UInt32.max >> most.leadingZeroBitCount
        while true {
            let value = next32() & mask
            if value <= most { return value }
        }
    }

    private mutating func next32() -> UInt32 {
        if let spare {
            self.spare = nil
            return spare
        }
        state = state &* Self.multiplier &+ increment
        let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
        let turn = UInt64(truncatingIfNeeded: state >> 122)
        let output = folded >> turn | folded << ((64 - turn) & 63)
        spare = UInt32(truncatingIfNeeded: output >> 32)
        return UInt32(truncatingIfNeeded: output)
    }
}

/// Spreads a seed over as many words as wanted.
private struct SeedSequence {
    private var pool: [UInt32] = [0, 0, 0, 0]
    private var constant: UInt32 = 0x43b0_d7e5

    init(_ seed: UInt64) {
        var entropy = [UInt32(truncatingIfNeeded: seed)]
        if seed >> 32 > 0 { entropy.append(UInt32(truncatingIfNeeded: seed >> 32)) }
        for place in pool.indices {
            pool[place] = hashed(place < entropy.count ? entropy[place] : 0)
        }
        for source in pool.indices {
            for target in pool.indices where target != source {
                pool[target] = Self.mixed(pool[target], hashed(pool[source]))
            }
        }
    }

    private mutating func hashed(_ value: UInt32) -> UInt32 {
        var value = value ^ constant
        constant &*= 0x931e_8875
        value &*= constant
        return value ^ value >> 16
    }

    private static func mixed(_ first: UInt32, _ second: UInt32) -> UInt32 {
        let value = 0xca01_f9dd &* first &- 0x4973_f715 &* second
        return value ^ value >> 16
    }

    /// 64-bit words, each of two 32-bit ones, the lower one first.
    func words(count: Int) -> [UInt64] {
        var constant: UInt32 = 0x8b51_f9dd
        let halves = (0..<(2 * count)).map { place -> UInt32 in
            var value = pool[place % pool.count] ^ constant
            constant &*= 0x58f3_8ded
            value &*= constant
            return value ^ value >> 16
        }
        return (0..<count).map { UInt64(halves[2 * $0 + 1]) << 32 | UInt64(halves[2 * $0]) }
    }
}
