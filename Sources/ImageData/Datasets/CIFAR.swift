import ConfigCore
import TensorCore
import TrainingInterfaces

/// The pickled batches of CIFAR-10 and CIFAR-100, colours as red, green, blue.
///
/// Source: `CIFAR10` and `CIFAR100` of MMClassification (`test_mode`) and MMPretrain (`split`).
struct CIFAR {
    private let folder: String
    private let trainingFiles: [String]
    private let testFile: String
    private let metaFile: String
    private let labelKey: String
    private let namesKey: String
    private let archive: String

    static let ten = CIFAR(
        folder: "cifar-10-batches-py", trainingFiles: (1...5).map { "data_batch_\($0)" },
        testFile: "test_batch", metaFile: "batches.meta", labelKey: "labels",
        namesKey: "label_names", archive: "cifar-10-python.tar.gz")
    static let hundred = CIFAR(
        folder: "cifar-100-python", trainingFiles: ["train"], testFile: "test", metaFile: "meta",
        labelKey: "fine_labels", namesKey: "fine_label_names", archive: "cifar-100-python.tar.gz")

    func read(from reader: inout ConfigReader, _ context: BuildContext) throws -> any Dataset {
        let keys = try DatasetKeys(from: &reader, context, splits: ["train", "test"])
        // Nothing is downloaded.
        reader.ignore("download")
        let pickles = try context.value(PickledArrays.self)
        let isTest = keys.split.map { $0 == "test" } ?? keys.isTestMode
        let folder = FilePath.join(FilePath.expandingHome(keys.folder), folder)
        guard FolderListing(folder) != nil else {
            throw DataError(
                file: folder,
                reason: "no such folder; unpack https://www.cs.toronto.edu/~kriz/\(archive) there")
        }
        var values: [UInt8] = []
        var labels: [Int] = []
        for name in isTest ? [testFile] : trainingFiles {
            let file = FilePath.join(folder, name)
            let batch = try batch(in: file, try pickles.read(file))
            values += batch.values
            labels += batch.labels
        }
        let dataset = StoredImages(
            classNames: try classNames(keys, folder, pickles), pipeline: keys.pipeline,
            values: values, labels: labels, channels: 3, height: 32, width: 32)
        return try keys.chosen(dataset, reader)
    }

    private func classNames(_ keys: DatasetKeys, _ folder: String, _ pickles: PickledArrays) throws
        -> [String]
    {
        if let names = try keys.classNames(or: nil) { return names }
        let file = FilePath.join(folder, metaFile)
        guard case .dictionary(let meta) = try pickles.read(file),
            case .list(let names) = meta[namesKey]
        else { throw unlike(file, "the class names under \(namesKey)") }
        return names.compactMap { if case .string(let name) = $0 { name } else { nil } }
    }

    private func batch(in file: String, _ content: DataValue) throws(DataError) -> (
        values: [UInt8], labels: [Int]
    ) {
        guard case .dictionary(let batch) = content, case .array(let data) = batch["data"],
            case .uint8(let values) = data.elements, data.shape.count == 2, data.shape[1] == 3072
        else { throw unlike(file, "images of 3072 bytes under data") }
        guard case .list(let list) = batch["labels"] ?? batch[labelKey] else {
            throw unlike(file, "classes under \(labelKey)")
        }
        let labels = list.compactMap { value -> Int? in
            if case .int(let label) = value, label >= 0 { label } else { nil }
        }
        guard labels.count == data.shape[0] else {
            throw unlike(file, "a class for each of \(data.shape[0]) images")
        }
        return (values, labels)
    }

    private func unlike(_ file: String, _ wanted: String) -> DataError {
        DataError(file: file, reason: "is no batch of CIFAR: it lacks \(wanted)", kind: .unfit)
    }
}
