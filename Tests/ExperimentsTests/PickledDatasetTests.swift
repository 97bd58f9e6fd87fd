import ConfigCore
import Foundation
import MMRunner
import TensorCore
import Testing
import TrainingInterfaces

@Suite("pickled data sets") struct PickledDatasetTests {
    private let root = ConfigNode(
        .string(
            URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Fixtures/datasets").path))

    @Test("CIFAR batches as Python 2 wrote them") func cifar() throws {
        let cases: [(ConfigNode, [Int])] = [
            (["type": "CIFAR10", "data_prefix": root], [0, 1, 2, 3, 4]),
            (["type": "CIFAR10", "data_prefix": root, "test_mode": true], [5]),
            (["type": "CIFAR10", "data_root": root, "split": "test"], [5]),
            (["type": "CIFAR100", "data_prefix": root], [0]),
            (
                [
                    ["type": "CIFAR100", "data_prefix": root],
                    ["type": "CIFAR100", "data_prefix": root],
                ], [0, 0]
            ),
        ]
        for (config, labels) in cases {
            let dataset = try buildDataset(config)
            #expect((0..<dataset.count).map { dataset.label(at: $0) } == labels)
            #expect(dataset.classNames == (0..<10).map { "class \($0)" })
        }
        let image = try buildDataset(cases[1].0).sample(at: 0).image
        guard case .uint8(let values) = image?.pixels else {
            Issue.record("there is no image")
            return
        }
        // Planes of red, green and blue became pixels.
        #expect(image?.shape == [32, 32, 3])
        let expected = [0, 1024, 2048, 1].map { UInt8(truncatingIfNeeded: $0 * 7 + 5 * 13) }
        #expect(Array(values[..<4]) == expected)
    }

    @Test("a pickle that would run something is refused") func hostile() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        let batches = folder.appending(path: "cifar-100-python")
        try FileManager.default.createDirectory(at: batches, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("cos\nsystem\n(S'true'\ntR.".utf8).write(to: batches.appending(path: "train"))
        do {
            _ = try buildDataset([
                "type": "CIFAR100", "data_prefix": ConfigNode(.string(folder.path)),
            ])
            Issue.record("no error")
        } catch {
            #expect("\(error)".contains("would call os.system, which is refused"))
        }
    }
}
