import Foundation
import Testing
import TorchFile

@Suite("pickles without a torch file around them") struct PlainPickleTests {
    private static func path(_ name: String) -> String {
        FileManager.default.temporaryDirectory.appending(path: "\(UUID())-\(name)").path()
    }

    private static let value: TorchValue = .dictionary(
        TorchDictionary([
            ("scores", .tensor(TorchTensor(float32: [0.5, 1, -2, 8, 0.25, 3], shape: [3, 2]))),
            ("labels", .tensor(TorchTensor(int64: [1, -1, 300], shape: [3]))),
            ("names", .list(["a", "ü"])), ("accuracy", 12.5), ("none", nil), ("flag", true),
            ("bytes", .bytes([0, 200, 10])), ("pair", .tuple([1, 70000])),
        ]))

    @Test("are read as they were written", arguments: [PlainPickle.TensorForm.arrays, .tensors])
    func roundTrip(form: PlainPickle.TensorForm) throws {
        let path = Self.path("results.pkl")
        defer { try? FileManager.default.removeItem(atPath: path) }
        try PlainPickle.write(Self.value, to: path, tensors: form)
        let read = try PlainPickle.read(path: path)
        #expect(read.dictionary?.names == Self.value.dictionary?.names)
        #expect(try read["scores"]?.tensor?.float32Values() == [0.5, 1, -2, 8, 0.25, 3])
        #expect(read["scores"]?.tensor?.shape == [3, 2])
        #expect(try read["labels"]?.tensor?.int64Values() == [1, -1, 300])
        #expect(read["names"]?.elements?.compactMap(\.string) == ["a", "ü"])
        #expect(read["accuracy"]?.double == 12.5)
        if case .bytes(let bytes) = read["bytes"] { #expect(bytes == [0, 200, 10]) }
        #expect(read["pair"]?.elements?.compactMap(\.int) == [1, 70000])
    }

    @Test("of mmcv and mmengine are read")
    func recorded() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/results").path()
        let table = try PlainPickle.read(path: "\(folder)/mmcls.pkl")
        #expect(
            table.dictionary?.names == [
                "accuracy_top-1", "precision", "recall", "class_scores", "pred_score",
                "pred_label", "pred_class",
            ])
        #expect(table["class_scores"]?.tensor?.shape == [12, 4])
        #expect(try table["class_scores"]?.tensor?.float32Values()[0] == 0.24822494)
        #expect(table["precision"]?.double == 12.5)
        let samples = try #require(
            try PlainPickle.read(path: "\(folder)/mmpretrain.pkl").elements)
        #expect(samples.count == 12)
        #expect(
            try samples.map { try $0["gt_label"]?.tensor?.int64Values() } == [
                [3], [1], [0], [3], [1], [1], [3], [2], [0], [0], [2], [2],
            ])
        #expect(try samples[0]["pred_score"]?.tensor?.float32Values()[1] == 0.58611238)
    }

    @Test("that cannot be written leave no file")
    func unwritable() throws {
        let error = #expect(throws: CheckpointError.self) {
            try PlainPickle.write(Self.value, to: "/proc/nowhere/results.pkl")
        }
        #expect(
            "\(error?.description ?? "")"
                == "/proc/nowhere/results.pkl: cannot write: No such file or directory")
    }
}
