/// The Philox 4×32 block function with ten rounds.
///
/// Source: J. Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011.
enum Philox {
    typealias Block = (UInt32, UInt32, UInt32, UInt32)

    static func block(counter: (UInt64, UInt64), key: UInt64) -> Block {
        var block: Block = (
            UInt32(truncatingIfNeeded: counter.0), UInt32(truncatingIfNeeded: counter.0 >> 32),
            UInt32(truncatingIfNeeded: counter.1), UInt32(truncatingIfNeeded: counter.1 >> 32)
        )
        var low = UInt32(truncatingIfNeeded: key)
        var high = UInt32(truncatingIfNeeded: key >> 32)
        for _ in 0..<10 {
            let first = UInt64(block.0) * 0xd251_1f53
            let second = UInt64(block.2) * 0xcd9e_8d57
            block = (
                UInt32(truncatingIfNeeded: second >> 32) ^ block.1 ^ low,
                UInt32(truncatingIfNeeded: second),
                UInt32(truncatingIfNeeded: first >> 32) ^ block.3 ^ high,
                UInt32(truncatingIfNeeded: first)
            )
            low &+= 0x9e37_79b9
            high &+= 0xbb67_ae85
        }
        return block
    }
}
