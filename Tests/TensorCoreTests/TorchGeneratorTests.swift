import TensorCore
import TestSupport
import Testing

private struct Recorded: Decodable {
    struct Uniform: Decodable {
        let seed: UInt64
        let count: Int
        let low, high: Float
        let values: [Double]
    }
    struct Normal: Decodable {
        let seed: UInt64
        let count: Int
        let mean, deviation: Float
        let values: [Double]
    }
    struct Permutation: Decodable {
        let seed: UInt64
        let count: Int
        let order: [Int]
    }
    struct Mixed: Decodable {
        struct Draw: Decodable {
            let kind: String
            let count: Int
            let values: [Double]
        }
        let seed: UInt64
        let draws: [Draw]
    }
    let uniform: [Uniform]
    let normal: [Normal]
    let permutations: [Permutation]
    let mixed: [Mixed]

    static func read() throws -> Recorded {
        try FixtureLocation.json(Recorded.self, "torch_random.json")
    }
}

@Suite("the generator draws as PyTorch's")
struct TorchGeneratorTests {
    /// Uniform draws are the same bits; these go through the vector logarithm and cosine of either
    /// side, which differ in the last place.
    private func near(_ deviation: Float) -> Tolerance {
        Tolerance(absolute: 1e-6 * Double(deviation), relative: 1e-6)
    }

    @Test("uniform values, bit by bit")
    func uniform() throws {
        for c in try Recorded.read().uniform {
            let generator = TorchGenerator(seed: c.seed)
            let values = generator.uniform(count: c.count, from: c.low, to: c.high)
            #expect(values.map(Double.init) == c.values, "seed \(c.seed)")
        }
    }

    @Test("normal values of every count")
    func normal() throws {
        for c in try Recorded.read().normal {
            let generator = TorchGenerator(seed: c.seed)
            let values = generator.normal(
                count: c.count, mean: c.mean, standardDeviation: c.deviation)
            expectClose(values, c.values, near(c.deviation), "\(c.count) values of seed \(c.seed)")
        }
    }

    @Test("permutations")
    func permutations() throws {
        for c in try Recorded.read().permutations {
            #expect(TorchGenerator(seed: c.seed).permutation(c.count) == c.order)
        }
        #expect(TorchGenerator(seed: 0).permutation(5) == [4, 0, 1, 3, 2])
        #expect(TorchGenerator(seed: 42).permutation(5) == [2, 4, 3, 0, 1])
        #expect(TorchGenerator(seed: 1).permutation(0) == [])
    }

    @Test("draws of every kind in a row, with the state saved before each")
    func mixed() throws {
        for c in try Recorded.read().mixed {
            let generator = TorchGenerator(seed: c.seed)
            for draw in c.draws {
                let state = generator.state
                let first = values(draw, generator)
                expectClose(first, draw.values, near(1), "\(draw.kind) \(draw.count)")
                let resumed = TorchGenerator(seed: 99)
                #expect(resumed.restore(state))
                #expect(values(draw, resumed) == first)
                #expect(resumed.state == generator.state)
            }
        }
    }

    @Test("what is no state is refused and changes nothing")
    func refusedStates() {
        let generator = TorchGenerator(seed: 3)
        let before = generator.state
        let bad: [[Int64]] = [
            [], before.engine.dropLast(), before.engine.dropLast() + [625],
            before.engine.dropLast() + [-1], [1 << 32] + before.engine.dropFirst(),
        ]
        for engine in bad {
            #expect(!generator.restore(TorchGenerator.State(engine: engine, spareNormal: nil)))
        }
        #expect(generator.state == before)
    }

    private func values(_ draw: Recorded.Mixed.Draw, _ generator: TorchGenerator) -> [Float] {
        switch draw.kind {
        case "uniform": generator.uniform(count: draw.count, from: 0, to: 1)
        case "normal": generator.normal(count: draw.count, mean: 0, standardDeviation: 1)
        case "permutation": generator.permutation(draw.count).map(Float.init)
        default: [Float(generator.nextSeed() >> 32)]
        }
    }
}
