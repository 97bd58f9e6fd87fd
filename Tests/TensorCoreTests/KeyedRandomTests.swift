import TensorCore
import Testing

@Suite("random numbers by address")
struct KeyedRandomTests {
    private func first(_ random: KeyedRandom, _ count: Int = 4) -> [UInt32] {
        var stream = random.stream()
        return (0..<count).map { _ in stream.next32() }
    }

    /// Frozen: a change would change every seeded run.
    @Test("first numbers of some addresses")
    func frozen() {
        let root = KeyedRandom(seed: 42)
        #expect(first(root) == [2_632_642_643, 2_012_563_771, 314_527_917, 1_463_989_207])
        #expect(first(root.at(7)) == [3_831_743_796, 2_866_427_955, 1_760_575_105, 3_130_925_760])
        #expect(
            first(root.at("backbone.drop").at(-1))
                == [3_444_643_416, 3_770_727_977, 867_469_682, 3_250_849_077])
    }

    @Test("the block function is Philox 4×32-10")
    func philox() {
        // With a key of zeros the first block is the known answer for counter 0.
        #expect(
            first(KeyedRandom(seed: 0)) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    }

    @Test("an address does not depend on who drew before, and no two share numbers")
    func independence() {
        let root = KeyedRandom(seed: 1)
        let before = first(root.at(3), 100)
        _ = first(root, 1000)
        _ = first(root.at(2), 1000)
        #expect(first(root.at(3), 100) == before)
        var addresses = (0..<200).map { root.at($0) }
        addresses += (0..<200).map { root.at("layer\($0)") }
        addresses += (0..<200).map { root.at(5).at($0) } + (0..<200).map { root.at($0).at(5) }
        addresses += (0..<200).map { KeyedRandom(seed: UInt64($0)) }
        // (5, 5) is reached twice.
        let starts = Set(addresses.map { first($0, 2) })
        #expect(starts.count == addresses.count - 1)
    }

    @Test("uniform and normal values have their moments, integers their range")
    func distributions() {
        var stream = KeyedRandom(seed: 9).stream()
        let count = 100_000
        let uniform = (0..<count).map { _ in stream.uniform(-1, 3) }
        let normal = (0..<count).map { _ in stream.normal() }
        func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
            let mean = values.reduce(0, +) / Double(count)
            return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count))
        }
        // Four standard errors of 100,000 draws.
        #expect(abs(moments(uniform).mean - 1) < 0.015)
        #expect(abs(moments(uniform).variance - 16.0 / 12) < 0.02)
        #expect(uniform.allSatisfy { (-1..<3).contains($0) })
        #expect(abs(moments(normal).mean) < 0.013)
        #expect(abs(moments(normal).variance - 1) < 0.018)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[stream.integer(in: -3...3) + 3] += 1 }
        #expect(counts.allSatisfy { abs($0 - 10_000) < 400 })
        #expect(stream.integer(in: 5...5) == 5)
    }
}
