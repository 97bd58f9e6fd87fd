import ConfigCore
import Foundation

/// ImageNet's folders, or a list of files.
///
/// Source: `ImageNet` of MMClassification and, with `split`, of MMPretrain, which finds the folder and
/// `meta/<split>.txt` below `data_root`. Classes are named by their folders.
enum ImageNet {
    static func read(from reader: inout ConfigReader, _ context: BuildContext) throws
        -> any Dataset
    {
        let keys = try DatasetKeys(from: &reader, context, splits: ["train", "val"])
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
        return try keys.chosen(dataset, reader)
    }
}
