import ConfigCore
import Foundation

/// The photographs of Stanford Cars, listed in a file of MATLAB.
///
/// Source: `StanfordCars` of MMClassification (`test_mode`) and, with `data_root` and `split`, of MMPretrain,
/// which also knows the form with one list, `cars_annos.mat`, for both parts.
enum StanfordCars {
    static func read(from reader: inout ConfigReader, _ context: BuildContext) throws
        -> any Dataset
    {
        let keys = try DatasetKeys(from: &reader, context, splits: ["train", "test"])
        let isTest = keys.split.map { $0 == "test" } ?? keys.isTestMode
        let root = FilePath.expandingHome(keys.folder)
        let single = FilePath.join(root, "cars_annos.mat")
        let hasSingle =
            reader.has("data_root") && FileManager.default.fileExists(atPath: single)
        let usual = FilePath.join(
            root, "devkit/cars_\(isTest ? "test_annos_withlabels" : "train_annos").mat")
        let list = keys.annotationFile ?? (hasSingle ? single : usual)
        let images = try images(in: FilePath.expandingHome(list), isTest: isTest)
        let dataset = CustomDataset(
            folder: hasSingle ? root : FilePath.join(root, isTest ? "cars_test" : "cars_train"),
            images: images, classNames: try keys.classNames(or: KnownClasses.cars),
            pipeline: keys.pipeline, isTestMode: keys.isTestMode)
        return try keys.chosen(dataset, reader)
    }

    /// The images of `annotations`; where the records tell the parts apart, those of one part.
    private static func images(in file: String, isTest: Bool) throws(DataError) -> [LabelledImage] {
        guard case .records(let records) = try MatFile(file).variables["annotations"] else {
            throw DataError(file: file, reason: "has no records named annotations", kind: .unfit)
        }
        var images: [LabelledImage] = []
        for (place, record) in records.enumerated() {
            if let part = record["test"]?.integer, (part != 0) != isTest { continue }
            // Classes count from 1 there.
            guard let name = (record["relative_im_path"] ?? record["fname"])?.string,
                let label = record["class"]?.integer, label > 0
            else {
                throw DataError(
                    file: file,
                    reason:
                        "annotations(\(place + 1)): expected a file name and a class of 1 or more",
                    kind: .unfit)
            }
            images.append(LabelledImage(file: name, label: label - 1))
        }
        guard !images.isEmpty else {
            throw DataError(file: file, reason: "lists no images", kind: .unfit)
        }
        return images
    }
}
