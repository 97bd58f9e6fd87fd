import ImageData
import Synchronization
import TensorCore
import Testing
import TrainingInterfaces

/// Small images made up on the spot; some of them cannot be read.
private struct MadeUpDataset: Dataset {
    var count = 23
    var classNames: [String]? { ["even", "odd"] }
    var pipeline = Pipeline([
        RandomCrop(size: 8, padding: 2), RandomFlip(), ImageToTensor(keys: ["img"]),
    ])
    var unreadable: Set<Int> = []
    var reads: Counter?

    func label(at index: Int) -> Int? { index % 2 }

    func sample(at index: Int) throws -> Sample {
        reads?.add()
        if unreadable.contains(index) { throw DataError(file: "\(index).png", reason: "broken") }
        var sample = Sample()
        sample.image = testImage(index)
        sample["gt_label"] = .int(index)
        sample["filename"] = .string("\(index).png")
        return sample
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)
    func add() { count.withLock { $0 += 1 } }
    var value: Int { count.withLock { $0 } }
}

@Suite("data loader", .timeLimit(.minutes(1))) struct LoaderTests {
    private func loader(
        _ dataset: MadeUpDataset = MadeUpDataset(), workers: Int, order: SampleOrder = .shuffled,
        generator: TorchGenerator = TorchGenerator(seed: 3), dropLast: Bool = false,
        onCorrupt: CorruptFilePolicy = .error
    ) -> DataLoader {
        DataLoader(
            dataset: dataset, batchSize: 4, workers: workers, order: order, generator: generator,
            seed: 7, dropLast: dropLast, onCorrupt: onCorrupt)
    }

    private func pass(_ loader: DataLoader, _ epoch: Int) throws -> [Batch] {
        loader.begin(epoch: epoch)
        return try rest(of: loader)
    }

    private func rest(of loader: DataLoader) throws -> [Batch] {
        var batches: [Batch] = []
        while let batch = try loader.next() { batches.append(batch) }
        return batches
    }

    private func labels(_ batches: [Batch]) -> [Int] {
        batches.flatMap { $0.array("gt_label")?.integers?.map(Int.init) ?? [] }
    }

    @Test("torch.randperm") func permutations() {
        #expect(TorchGenerator(seed: 0).permutation(5) == [4, 0, 1, 3, 2])
        #expect(TorchGenerator(seed: 42).permutation(5) == [2, 4, 3, 0, 1])
    }

    @Test("batches are the same for any number of workers", arguments: [1, 2, 4])
    func v19_batchesDoNotDependOnWorkers(_ count: Int) throws {
        let alone = loader(workers: 0)
        let helped = loader(workers: count)
        var previous: [Batch] = []
        for epoch in 0..<3 {
            let expected = try pass(alone, epoch)
            #expect(try pass(helped, epoch) == expected)
            #expect(expected.map(\.sampleCount) == [4, 4, 4, 4, 4, 3])
            #expect(expected != previous)
            previous = expected
        }
    }

    @Test("passes differ in order and augmentation") func passesDiffer() throws {
        let loader = loader(workers: 1, order: .sequential)
        let first = try pass(loader, 0)
        let second = try pass(loader, 1)
        #expect(labels(first) == labels(second))
        #expect(first != second)
        #expect(try pass(loader, 0) == first)
    }

    @Test("draws from the run's generator are PyTorch's") func draws() throws {
        let generator = TorchGenerator(seed: 0)
        let shuffled = loader(workers: 0, generator: generator)
        let twin = TorchGenerator(seed: 0)
        _ = twin.nextSeed()  // the workers' base seed, once
        for epoch in 0..<2 {
            let expected = TorchGenerator(seed: twin.nextSeed()).permutation(23)
            #expect(try labels(pass(shuffled, epoch)) == expected)
        }
        let evaluation = loader(workers: 0, order: .sequential, generator: generator)
        for epoch in 0..<2 { #expect(try labels(pass(evaluation, epoch)) == Array(0..<23)) }
        _ = twin.nextSeed()
        #expect(generator.next32() == twin.next32())
    }

    @Test("orders that depend on seed and pass alone") func seededOrder() {
        let expected = TorchGenerator(seed: 12).permutation(7)
        #expect(SampleOrder.seeded(seed: 10).indices(of: 7, epoch: 2, orderSeed: nil) == expected)
        let parts = (0..<3).map { rank in
            SampleOrder.seeded(seed: 10, rank: rank, size: 3).indices(
                of: 7, epoch: 2, orderSeed: nil)
        }
        #expect(parts[0] == [expected[0], expected[3], expected[6]])
        #expect(parts[2] == [expected[2], expected[5], expected[1]])
        let ragged = SampleOrder.seeded(seed: 10, rank: 1, size: 3, roundUp: false)
        #expect(ragged.indices(of: 7, epoch: 2, orderSeed: nil) == [expected[1], expected[4]])
    }

    @Test("each sample several times, and as many in a pass as there are samples")
    func repeatedOrder() {
        func indices(_ count: Int, round: Int, ratio: Double) -> [Int] {
            SampleOrder.repeated(times: 3, round: round, ratio: ratio)
                .indices(of: count, epoch: 0, orderSeed: 5)
        }
        let shuffled = TorchGenerator(seed: 5).permutation(7)
        #expect(indices(7, round: 0, ratio: 1) == (0..<7).map { shuffled[$0 / 3] })
        #expect(indices(7, round: 0, ratio: 2) == (0..<4).map { shuffled[$0 / 3] })
        #expect(indices(7, round: 3, ratio: 1) == (0..<6).map { shuffled[$0 / 3] })
        #expect(indices(7, round: 256, ratio: 1) == [])
    }

    @Test(
        "a restored loader goes on in the middle of a pass and reads nothing twice",
        arguments: [0, 2])
    func resume(workers: Int) throws {
        let generator = TorchGenerator(seed: 5)
        let whole = loader(workers: workers, generator: generator)
        _ = try pass(whole, 0)
        whole.begin(epoch: 1)
        for _ in 0..<2 { _ = try whole.next() }
        let position = whole.position
        let state = generator.state
        let expected = try rest(of: whole) + pass(whole, 2)

        let reads = Counter()
        let other = TorchGenerator(seed: 0)
        _ = other.restore(state)
        let resumed = loader(MadeUpDataset(reads: reads), workers: workers, generator: other)
        try resumed.restore(position)
        #expect(resumed.position == position)
        let remaining = try rest(of: resumed)
        #expect(reads.value == 15)
        #expect(try remaining + pass(resumed, 2) == expected)
    }

    @Test("a position beyond the data is refused") func badPosition() {
        let position = SourcePosition(epoch: 1, batch: 7, orderSeed: 1, hasBegun: true)
        #expect(
            message { try loader(workers: 0).restore(position) }
                == "data: the saved position is after batch 7 of a pass, which has 6 now"
                + "; the data or the batch size differ from the saved run's")
    }

    @Test("the last, short batch can be left out") func dropLast() throws {
        let loader = loader(workers: 2, dropLast: true)
        #expect(loader.batchesPerEpoch == 5 && loader.sampleCount == 20)
        #expect(try pass(loader, 0).map(\.sampleCount) == [4, 4, 4, 4, 4])
    }

    @Test("an unreadable file stops the pass where its turn comes", arguments: [0, 1, 4])
    func unreadable(workers: Int) throws {
        let loader = loader(
            MadeUpDataset(unreadable: [9, 13]), workers: workers, order: .sequential)
        loader.begin(epoch: 0)
        for _ in 0..<2 { #expect(try loader.next() != nil) }
        #expect(message { try loader.next() } == "9.png: broken")
        #expect(try labels(pass(self.loader(workers: workers, order: .sequential), 1)).count == 23)
    }

    @Test("unreadable files are replaced by the next one, counted and reported", arguments: [0, 2])
    func skip(workers: Int) throws {
        let loader = loader(
            MadeUpDataset(unreadable: [9, 10, 22]), workers: workers, order: .sequential,
            onCorrupt: .skip)
        var reported: [String] = []
        loader.onSkip = { reported.append($0.file) }
        let expected = Array(0..<9) + [11, 11, 11] + Array(12..<22) + [0]
        #expect(try labels(pass(loader, 0)) == expected)
        // Another pass meets them again and says nothing more.
        #expect(try labels(pass(loader, 1)) == expected)
        #expect(reported == ["9.png", "10.png", "22.png"])
        #expect(loader.skipped.map(\.file) == reported)
        let none = self.loader(
            MadeUpDataset(unreadable: Set(0..<23)), workers: workers, onCorrupt: .skip)
        #expect(
            message { try pass(none, 0) }?.hasSuffix("the last of 23 unreadable files in a row")
                == true)
    }

    @Test("workers stay a few batches ahead, and an abandoned pass ends") func bounded() throws {
        let reads = Counter()
        let loader = loader(MadeUpDataset(count: 4000, reads: reads), workers: 2)
        loader.begin(epoch: 0)
        for _ in 0..<3 { _ = try loader.next() }
        for epoch in 1..<50 {
            loader.begin(epoch: epoch)
            _ = try loader.next()
        }
        // At most four batches under way in each pass beside those taken.
        #expect(reads.value <= (3 + 4 + 49 * 5) * 4)
    }

    @Test("samples that do not go together are both named") func collate() {
        func sample(_ value: DataValue) -> Sample { Sample(DataDictionary([("img", value)])) }
        let small = sample(.array(PlainTensor([1, 2] as [Float], shape: [2])))
        let cases: [(Sample, String)] = [
            (
                sample(.array(PlainTensor([1, 2, 3] as [Float], shape: [3]))),
                "b.png: cannot be batched: \"img\" has shape [3], that of a.png has [2]; resize or crop to one size"
            ),
            (
                sample(.array(PlainTensor([1, 2] as [UInt8], shape: [2]))),
                "b.png: cannot be batched: \"img\" has another element type than that of a.png"
            ),
            (
                sample(.int(1)),
                "b.png: cannot be batched: \"img\" is not an array, that of a.png is"
            ),
            (Sample(), "b.png: cannot be batched: has no \"img\", a.png has one"),
        ]
        for (other, expected) in cases {
            #expect(
                message { try Collate()([small, other], names: ["a.png", "b.png"]) } == expected)
        }
    }

    @Test("samples of any form are put together") func forms() throws {
        let names = ["a", "b"]
        let pairs = (0..<2).map { number in
            Sample(.tuple([.array(PlainTensor([Float(number)], shape: [1])), .int(number)]))
        }
        let batch = try Collate()(pairs, names: names)
        #expect(batch[0] == .array(PlainTensor([0, 1] as [Float], shape: [2, 1])))
        #expect(batch[1] == .array(PlainTensor([0, 1] as [Int64], shape: [2])))
        let described = names.map { name in
            Sample(
                DataDictionary([
                    ("img_metas", .dictionary(DataDictionary([("filename", .string(name))]))),
                    ("name", .string(name)), ("weight", .double(0.5)),
                ]))
        }
        let second = try Collate()(described, names: names)
        #expect(second.sampleCount == 2)
        #expect(second["name"] == .list([.string("a"), .string("b")]))
        #expect(second["weight"] == .array(PlainTensor([0.5, 0.5] as [Float], shape: [2])))
        guard case .list(let metas) = second["img_metas"] else { return }
        #expect(metas.count == 2)
    }
}
