public import ConfigCore
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

    /// Reads `data_prefix`, `ann_file`, `classes`, `extensions`, `pipeline`, `test_mode` and `file_client_args`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let classes: ClassNames?
        switch try reader.optional("classes", as: ConfigNode.self)?.value {
        case nil: classes = nil
        case .string(let path): classes = .file(path)
        default: classes = .list(try reader.required("classes"))
        }
        let pipeline = try Pipeline(from: &reader, context)
        let isTestMode = try reader.value("test_mode", default: false)
        try reader.checkFileClient()
        try self.init(
            folder: reader.required("data_prefix"), annotationFile: reader.optional("ann_file"),
            classes: classes,
            extensions: reader.value("extensions", default: Self.defaultExtensions),
            pipeline: pipeline, isTestMode: isTestMode)
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
struct LabelledImage: Sendable {
    let file: String
    let label: Int
}
