import ConfigCore
import ImageData
import TensorCore
import Testing
import TrainingInterfaces

@Suite("a folder with damaged images") struct DamagedFolderTests {
    /// A hundred images, five of them damaged in different ways.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for number in 0..<100 {
            try folder.write(try PNG.encode(testImage(number)), to: "train/a/\(100 + number).png")
        }
        let whole = try PNG.encode(testImage(0))
        try folder.write(Array(whole.prefix(whole.count / 2)), to: "train/a/110.png")
        var wrongSum = whole
        wrongSum[whole.count - 17] ^= 0xff
        try folder.write(wrongSum, to: "train/a/120.png")
        try folder.write([], to: "train/a/130.png")
        try folder.write("not an image", to: "train/a/140.png")
        var bomb = whole
        // The sides, and the checksum of the header with them.
        bomb.replaceSubrange(16..<24, with: [0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60])
        bomb.replaceSubrange(29..<33, with: [0x0f, 0xb0, 0xe2, 0x15])
        try folder.write(bomb, to: "train/a/150.png")
        return folder
    }

    private func loader(_ folder: TemporaryFolder, _ policy: CorruptFilePolicy, workers: Int) throws
        -> DataLoader
    {
        let steps: [any Transform] = [
            LoadImageFromFile(), RandomCrop(size: 8, padding: 2), ImageToTensor(keys: ["img"]),
            Collect(keys: ["img", "gt_label"]),
        ]
        let dataset = try CustomDataset(
            folder: "\(folder.path)/train", pipeline: Pipeline(steps))
        return DataLoader(
            dataset: dataset, batchSize: 8, workers: workers, generator: nil, seed: 1,
            onCorrupt: policy)
    }

    @Test("skip reports every file once", arguments: [0, 2])
    func skip(workers: Int) throws {
        let folder = try folder()
        let loader = try loader(folder, .skip, workers: workers)
        var reported: [String] = []
        loader.onSkip = { reported.append(folder.shown($0)) }
        for epoch in 0..<3 {
            loader.begin(epoch: epoch)
            var count = 0
            while let batch = try loader.next() { count += batch.sampleCount }
            #expect(count == 100)
        }
        #expect(reported.count == 5)
        let parts = [
            "110.png: cannot read PNG: read beyond end of data", "120.png: cannot read PNG: ",
            "130.png: cannot read image: the file is empty",
            "140.png: cannot read image: not a PNG, JPEG, PPM or PGM file",
            "150.png: cannot read PNG: 60000x60000 pixels are more than the limit of 134217728; max_pixels of LoadImageFromFile raises it",
        ]
        for (line, part) in zip(reported, parts) {
            #expect(line.hasPrefix("<dir>/train/a/\(part)"))
        }
    }

    @Test("error stops at the first") func stops() throws {
        let folder = try folder()
        let loader = try loader(folder, .error, workers: 2)
        loader.begin(epoch: 0)
        var count = 0
        do {
            while let batch = try loader.next() { count += batch.sampleCount }
            Issue.record("no error")
        } catch {
            #expect(
                folder.shown(error)
                    == "<dir>/train/a/110.png: cannot read PNG: read beyond end of data")
        }
        #expect(count == 8)
    }
}
