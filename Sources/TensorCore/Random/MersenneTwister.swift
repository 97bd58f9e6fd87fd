/// The MT19937 generator, seeded as PyTorch seeds it.
///
/// Source: M. Matsumoto, T. Nishimura, "Mersenne Twister", 1998, `init_genrand`.
public struct MersenneTwister: Sendable, Equatable {
    private static let size = 624
    private static let shift = 397

    private var words: [UInt32]
    private var index: Int

    /// Starts from the low 32 bits of a seed.
    public init(seed: UInt64) {
        var word = UInt32(truncatingIfNeeded: seed)
        words = [word]
        words.reserveCapacity(Self.size)
        for i in 1..<Self.size {
            word = 1_812_433_253 &* (word ^ (word >> 30)) &+ UInt32(i)
            words.append(word)
        }
        index = Self.size
    }

    /// Continues from a saved state, or is nil where the words are not one.
    public init?(state: [Int64]) {
        let words = state.dropLast().compactMap(UInt32.init(exactly:))
        guard words.count == Self.size, let last = state.last, (0...Int64(Self.size)).contains(last)
        else { return nil }
        self.words = words
        index = Int(last)
    }

    /// Everything the next output depends on: the 624 words, then the position among them.
    public var state: [Int64] { words.map(Int64.init) + [Int64(index)] }

    /// The next 32 random bits.
    public mutating func next() -> UInt32 {
        if index == Self.size { refill() }
        var word = words[index]
        index += 1
        word ^= word >> 11
        word ^= (word << 7) & 0x9d2c_5680
        word ^= (word << 15) & 0xefc6_0000
        return word ^ (word >> 18)
    }

    private mutating func refill() {
        for i in 0..<Self.size {
            let next = words[(i + 1) % Self.size]
            let mixed = (words[i] & 0x8000_0000) | (next & 0x7fff_ffff)
            let twist: UInt32 = mixed & 1 == 0 ? 0 : 0x9908_b0df
            words[i] = words[(i + Self.shift) % Self.size] ^ (mixed >> 1) ^ twist
        }
        index = 0
    }
}
