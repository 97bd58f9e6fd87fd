import ConfigCore
import Foundation

/// ImageNet's folders, or a list of files.
///
/// Source: `ImageNet` and `ImageNet21k` of MMClassification and, with `split`, of MMPretrain, which finds
/// the folder and `meta/<split>.txt` below `data_root`. The 1000 classes have their names by themselves;
/// of another number of class folders the folders name them.
enum ImageNet {
    /// The 1000 classes.
    static func read(from reader: inout ConfigReader, _ context: BuildContext) throws
        -> any Dataset
    {
        let (keys, dataset) = try files(from: &reader, context, splits: ["train", "val"])
        let named = keys.classes == nil ? dataset.named(KnownClasses.imageNet) : dataset
        return try keys.chosen(named, reader)
    }

    /// The 21,000 classes, which have no names by themselves.
    static func readAll(from reader: inout ConfigReader, _ context: BuildContext) throws
        -> any Dataset
    {
        guard try !reader.value("multi_label", default: false) else {
            throw reader.failure("multi_label", "is not supported, as in the original")
        }
        guard try reader.value("recursion_subdir", default: true) else {
            throw reader.failure("recursion_subdir", "must be true: all folders below are read")
        }
        let (keys, dataset) = try files(from: &reader, context, splits: ["train"])
        return try keys.chosen(dataset, reader)
    }

    private static func files(
        from reader: inout ConfigReader, _ context: BuildContext, splits: [String]
    ) throws -> (DatasetKeys, CustomDataset) {
        let keys = try DatasetKeys(from: &reader, context, splits: splits)
        let extensions = try reader.value("extensions", default: CustomDataset.defaultExtensions)
        var folder = keys.folder
        var list = keys.annotationFile
        if let split = keys.split, !split.isEmpty {
            let root = try reader.value("data_root", default: "")
            if reader.node["data_prefix"]?.string?.isEmpty ?? (reader.node["data_prefix"] == nil) {
                folder = FilePath.join(root, split)
            }
            let usual = FilePath.join(root, "meta/\(split).txt")
            if list == nil, FileManager.default.fileExists(atPath: usual) { list = usual }
        }
        let dataset = try CustomDataset(
            folder: folder, annotationFile: list, classes: keys.classes, extensions: extensions,
            pipeline: keys.pipeline, isTestMode: keys.isTestMode)
        return (keys, dataset)
    }
}
