import ConfigCore
import TensorCore
public import TrainingInterfaces

/// A data set whose elements may have several classes.
public protocol MultiLabelElements: Dataset {
    /// The classes of an element.
    func labels(at index: Int) -> Set<Int>
    /// Classes of which nobody can tell whether an element belongs to them.
    func doubtfulLabels(at index: Int) -> Set<Int>
}

/// Images with any number of classes each, listed in a JSON file.
///
/// Source: `MultiLabelDataset` of MMPretrain: `metainfo.classes`, and a `data_list` of `img_path` and
/// `gt_label`, a list of classes. Labels become a 0 or 1 for each class, or -1 for a doubtful one.
public struct MultiLabelDataset: MultiLabelElements {
    /// The names in the file, or in the config.
    public let classNames: [String]?
    /// The transforms of its config.
    public let pipeline: Pipeline
    private let folder: String
    private let images: [MultiLabelImage]

    /// Reads the keys of data sets of files; `ann_file` is required.
    static func read(from reader: inout ConfigReader, _ context: BuildContext) throws
        -> any Dataset
    {
        let keys = try DatasetKeys(from: &reader, context)
        guard let file = keys.annotationFile else {
            throw reader.failure("ann_file", "required key is missing")
        }
        return try keys.chosen(try MultiLabelDataset(keys, file: file), reader)
    }

    private init(_ keys: DatasetKeys, file: String) throws {
        let path = FilePath.expandingHome(file)
        let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
        let root = try Config.parse(text: text, name: path)
        let listed = root.at(path: "metainfo.classes")?.list?.compactMap(\.string)
        guard let names = try keys.classNames(or: listed), !names.isEmpty else {
            throw DataError(
                file: path, reason: "names no classes under metainfo.classes; give classes",
                kind: .unfit)
        }
        let count = names.count
        let images = try (root["data_list"]?.list ?? []).enumerated().map { place, entry in
            guard let image = entry["img_path"]?.string, let list = entry["gt_label"]?.list,
                case let labels = list.compactMap(\.int), labels.count == list.count,
                labels.allSatisfy({ (0..<count).contains($0) })
            else {
                throw DataError(
                    file: path,
                    reason:
                        "data_list[\(place)]: expected img_path and gt_label, a list of classes below \(count)",
                    kind: .unfit)
            }
            return MultiLabelImage(file: image, labels: Set(labels))
        }
        guard !images.isEmpty else {
            throw DataError(file: path, reason: "lists no images under data_list", kind: .unfit)
        }
        self.init(keys, classNames: names, images: images)
    }

    /// Images that are known already, below a folder: by default that of the keys.
    init(
        _ keys: DatasetKeys, classNames: [String], images: [MultiLabelImage],
        folder: String? = nil
    ) {
        self.classNames = classNames
        self.images = images
        self.folder = FilePath.expandingHome(folder ?? keys.folder)
        pipeline = keys.pipeline
    }

    /// How many images there are.
    public var count: Int { images.count }

    /// Nothing: an image may have several classes.
    public func label(at index: Int) -> Int? { nil }

    /// The classes of an image.
    public func labels(at index: Int) -> Set<Int> { images[index].labels }

    /// Classes of which nobody can tell whether an image belongs to them.
    public func doubtfulLabels(at index: Int) -> Set<Int> { images[index].doubtful }

    /// An image's file and classes.
    public func sample(at index: Int) -> Sample {
        let image = images[index]
        let classes = 0..<(classNames?.count ?? 0)
        let flags = classes.map { image.flag(of: $0) }
        var fields = DataDictionary()
        fields["img_prefix"] = .string(folder)
        fields["img_info"] = .dictionary(DataDictionary([("filename", .string(image.file))]))
        fields["gt_label"] = .array(PlainTensor(flags, shape: [flags.count]))
        // Metrics of the new style take it for what is right, as MMPretrain's preprocessor makes it.
        fields["gt_score"] = .array(PlainTensor(flags.map(Float.init), shape: [flags.count]))
        if let difficult = image.difficult {
            let marks = classes.map { difficult.contains($0) ? 1 : 0 as Int64 }
            fields["gt_label_difficult"] = .array(PlainTensor(marks, shape: [marks.count]))
        }
        return Sample(fields)
    }
}

/// An image file, relative to its data set's folder, and its classes.
struct MultiLabelImage: Sendable {
    let file: String
    let labels: Set<Int>
    /// Classes of which nobody can tell whether the image belongs to them.
    var doubtful: Set<Int> = []
    /// Classes of objects that are hard to make out, where the data set tells them apart.
    var difficult: Set<Int>?

    /// 1 for a class of the image, 0 for another, -1 for a doubtful one.
    func flag(of label: Int) -> Int64 {
        labels.contains(label) ? 1 : doubtful.contains(label) ? -1 : 0
    }
}
