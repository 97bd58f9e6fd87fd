import ConfigCore
import TensorCore
public import TrainingInterfaces

/// Images of classes: one folder a class, or a file that lists images and labels.
///
/// Source: `CustomDataset` of MMClassification. In the folder form a label is the place of the folder
/// among the sorted folders; `classes` names the folders in that order and neither reorders nor filters.
public struct CustomDataset: DatasetWithWarnings {
    /// The file endings that count as images where a config does not say.
    public static let defaultExtensions = [".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif"]

    /// Where the class names come from, if not from the folders.
    public enum ClassNames: Sendable {
        /// These names.
        case list([String])
        /// A text file with one name a line.
        case file(String)
    }

    /// Names of the classes; nil with an annotation file and no `classes`.
    public let classNames: [String]?
    /// The transforms of its config.
    public let pipeline: Pipeline
    /// Class folders without images, and class names that look misplaced.
    public let warnings: [String]
    /// Whether the config marks the data as for testing; it changes nothing here.
    public let isTestMode: Bool

    private let folder: String
    private let images: [LabelledImage]

    /// Finds the images.
    ///
    /// - Parameters:
    ///   - folder: The folder of the class folders, or that the annotations' paths start from.
    ///   - annotationFile: A file with a path and a label on every line; nil means class folders.
    ///   - classes: Names of the classes.
    ///   - extensions: Which file endings count, in any case; the folder form only.
    ///   - pipeline: What is applied to the elements.
    ///   - isTestMode: A mark without effect.
    /// - Throws: `DataError` naming the folder or file that is missing, empty or does not fit.
    public init(
        folder: String, annotationFile: String? = nil, classes: ClassNames? = nil,
        extensions: [String] = CustomDataset.defaultExtensions, pipeline: Pipeline = Pipeline(),
        isTestMode: Bool = false
    ) throws(DataError) {
        let folder = FilePath.expandingHome(folder)
        let names: [String]? =
            switch classes {
            case nil: nil
            case .list(let names): names
            case .file(let path): try FileBytes.lines(FilePath.expandingHome(path))
            }
        self.folder = folder
        self.pipeline = pipeline
        self.isTestMode = isTestMode
        if let annotationFile {
            let path = FilePath.expandingHome(annotationFile)
            images = try AnnotationFile.read(path, classCount: names?.count)
            classNames = names
            warnings = []
        } else {
            let found = try ClassFolders(folder, extensions: extensions, classNames: names)
            images = found.images
            classNames = names ?? found.folders
            warnings = found.warnings
        }
    }

    /// Finds the images that common keys tell of, with `extensions` of its own.
    init(_ keys: DatasetKeys, extensions: [String]) throws {
        try self.init(
            folder: keys.folder, annotationFile: keys.annotationFile, classes: keys.classes,
            extensions: extensions, pipeline: keys.pipeline, isTestMode: keys.isTestMode)
    }

    /// The same images with names that a data set has by itself, if there is a name for every class.
    func named(_ names: [String]) -> CustomDataset {
        let count = classNames?.count ?? names.count
        guard count == names.count, images.allSatisfy({ $0.label < names.count }) else {
            return self
        }
        return CustomDataset(
            folder: folder, images: images, classNames: names, pipeline: pipeline,
            isTestMode: isTestMode, warnings: warnings)
    }

    /// Lists images that are known already.
    init(
        folder: String, images: [LabelledImage], classNames: [String]?, pipeline: Pipeline,
        isTestMode: Bool, warnings: [String] = []
    ) {
        self.folder = FilePath.expandingHome(folder)
        self.images = images
        self.classNames = classNames
        self.pipeline = pipeline
        self.isTestMode = isTestMode
        self.warnings = warnings
    }

    /// Reads `data_prefix`, `ann_file`, `classes`, `extensions`, `pipeline`, `test_mode` and
    /// `file_client_args`, and in the new style `data_root`, `metainfo` and `indices`.
    static func read(from reader: inout ConfigReader, _ context: BuildContext) throws
        -> any Dataset
    {
        let keys = try DatasetKeys(from: &reader, context)
        let extensions = try reader.value("extensions", default: Self.defaultExtensions)
        return try keys.chosen(try CustomDataset(keys, extensions: extensions), reader)
    }

    /// How many images there are.
    public var count: Int { images.count }

    /// The class of an image.
    public func label(at index: Int) -> Int? { images[index].label }

    /// An image's file and label.
    public func sample(at index: Int) -> Sample {
        let image = images[index]
        var fields = DataDictionary()
        fields["img_prefix"] = .string(folder)
        fields["img_info"] = .dictionary(DataDictionary([("filename", .string(image.file))]))
        fields["gt_label"] = .array(PlainTensor([Int64(image.label)], shape: []))
        return Sample(fields)
    }
}

/// An image file, relative to its data set's folder, and its class.
struct LabelledImage: Sendable, Equatable {
    let file: String
    let label: Int
}
