import ConfigCore

/// The birds of CUB-200-2011, listed in three files.
///
/// Source: `CUB` of MMClassification and, with the usual file names as defaults and `split`, of MMPretrain.
enum CUB {
    static func read(from reader: inout ConfigReader, _ context: BuildContext) throws
        -> any Dataset
    {
        let keys = try DatasetKeys(from: &reader, context, splits: ["train", "test"])
        let root = try reader.value("data_root", default: "")
        func file(_ key: String, _ usual: String) throws -> String {
            if keys.split == nil, !reader.has("data_root") { return try reader.required(key) }
            return FilePath.join(root, try reader.optional(key) ?? usual)
        }
        let names = try keys.annotationFile ?? file("ann_file", "images.txt")
        let labels = try file("image_class_labels_file", "image_class_labels.txt")
        let splits = try file("train_test_split_file", "train_test_split.txt")
        let isTest = keys.split.map { $0 == "test" } ?? keys.isTestMode
        let folder =
            keys.split != nil && keys.folder == root ? FilePath.join(root, "images") : keys.folder
        let images = try images(names, labels, splits, isTest: isTest)
        let dataset = CustomDataset(
            folder: folder, images: images,
            classNames: try keys.classNames(or: KnownClasses.birds), pipeline: keys.pipeline,
            isTestMode: keys.isTestMode)
        return try keys.chosen(dataset, reader)
    }

    /// Each file has a number and a value on every line, for the same images.
    private static func images(
        _ names: String, _ labels: String, _ splits: String, isTest: Bool
    ) throws(DataError) -> [LabelledImage] {
        let files = try values(names) { $0 }
        // Classes count from 1 there.
        let classes = try values(labels) { text in Int(text).flatMap { $0 > 0 ? $0 - 1 : nil } }
        let isTraining = try values(splits) { Int($0).map { $0 != 0 } }
        guard files.count == classes.count, files.count == isTraining.count else {
            throw DataError(
                file: names,
                reason:
                    "lists \(files.count) images, the labels are \(classes.count), the splits \(isTraining.count)",
                kind: .unfit)
        }
        return files.indices.filter { isTraining[$0] != isTest }.map {
            LabelledImage(file: files[$0], label: classes[$0])
        }
    }

    private static func values<Value>(_ path: String, _ read: (String) -> Value?)
        throws(DataError) -> [Value]
    {
        var values: [Value] = []
        for (number, line) in try FileBytes.lines(FilePath.expandingHome(path)).enumerated() {
            let parts = line.split(separator: " ")
            if parts.isEmpty { continue }
            guard parts.count >= 2, let value = read(String(parts[1])) else {
                throw DataError(
                    file: "\(path):\(number + 1)",
                    reason: "expected a number, a space and a value, got \"\(line)\"", kind: .unfit)
            }
            values.append(value)
        }
        return values
    }
}
