/// Random numbers by address: the same key gives the same numbers, whoever asks first.
///
/// Augmentation, dropout and their like draw from it, so that neither the number of data workers
/// nor the place where a run was resumed changes a bit.
public struct KeyedRandom: Sendable, Equatable {
    private let key: UInt64

    /// The root of all numbers under a seed.
    public init(seed: UInt64) { key = seed }

    private init(key: UInt64) { self.key = key }

    /// The generator at a numbered place below this one.
    public func at(_ place: UInt64) -> KeyedRandom {
        let block = Philox.block(counter: (place, 0x6d6d_7275_6e6e_6572), key: key)
        return KeyedRandom(key: UInt64(block.0) << 32 | UInt64(block.1))
    }

    /// The generator at a numbered place below this one.
    public func at(_ place: Int) -> KeyedRandom { at(UInt64(bitPattern: Int64(place))) }

    /// The generator at a named place below this one.
    public func at(_ name: String) -> KeyedRandom {
        // FNV-1a, so that the place does not depend on Swift's per-process string hash.
        at(name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
    }

    /// The numbers of this place, from the first one on.
    public func stream() -> RandomStream { RandomStream(key: key) }
}
