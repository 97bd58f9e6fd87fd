import ImageData
import TensorCore
import Testing
import TrainingInterfaces

@Suite("orders without end") struct EndlessOrderTests {
    private struct Numbers: Dataset {
        let count: Int
        func sample(at index: Int) -> Sample { Sample(.int(index)) }
    }

    @Test("N23: permutations of one generator follow each other, batches reach across")
    func n23_endless() throws {
        let generator = TorchGenerator(seed: 3)
        let all = (0..<4).flatMap { _ in generator.permutation(5) }
        let loader = DataLoader(
            dataset: Numbers(count: 5), batchSize: 2, shuffle: true, sampler: .endless(seed: 3))
        #expect(loader.batchesPerEpoch == 3 && loader.sampleCount == 6)
        var seen: [Int] = []
        for pass in 0..<3 {
            loader.begin(epoch: pass)
            while let batch = try loader.next() {
                guard case .array(let numbers) = batch.value else { continue }
                seen += (numbers.integers ?? []).map { Int($0) }
            }
        }
        #expect(seen == Array(all.prefix(18)))
        // Resuming jumps to the position at once.
        try loader.restore(SourcePosition(epoch: 2, batch: 1, hasBegun: true))
        let next = try loader.next()
        #expect(next?.value == .array(PlainTensor(all[14..<16].map { Int64($0) }, shape: [2])))
    }
}
