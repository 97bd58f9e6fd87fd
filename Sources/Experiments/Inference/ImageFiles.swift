import Foundation
import ImageData
import TensorCore
import TrainingInterfaces

/// Images to predict: files, or all images in folders.
struct ImageFiles: Dataset {
    /// The files, in order.
    let paths: [String]
    let pipeline: Pipeline

    /// Finds the images; those of a folder and the folders below it in byte order.
    init(_ inputs: [String], pipeline: Pipeline) throws {
        paths = try inputs.flatMap { input in
            guard FileManager.default.fileExists(atPath: input) else {
                throw DataError(file: input, reason: "no such file or folder")
            }
            let isFolder = FileManager.default.fileExists(atPath: input + "/.")
            return isFolder ? try Self.images(in: input) : [input]
        }
        self.pipeline = pipeline
    }

    private static func images(in folder: String) throws -> [String] {
        let endings = CustomDataset.defaultExtensions
        let files = FolderListing.filesBelow(folder).filter { file in
            endings.contains { file.lowercased().hasSuffix($0) }
        }
        guard !files.isEmpty else {
            throw DataError(
                file: folder,
                reason: "no images in it; files that count end in "
                    + endings.joined(separator: ", "))
        }
        return files.map { FilePath.join(folder, $0) }
    }

    var count: Int { paths.count }

    func sample(at index: Int) -> Sample {
        var fields = DataDictionary()
        fields["img_prefix"] = DataValue.none
        fields["img_info"] = .dictionary(
            DataDictionary([("filename", .string(paths[index]))]))
        // Nobody reads it, but pipelines may collect one.
        fields["gt_label"] = .array(PlainTensor([0 as Int64], shape: []))
        return Sample(fields)
    }
}
