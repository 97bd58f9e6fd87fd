import ConfigCore
import TensorCore
public import TrainingInterfaces

/// A data set whose elements may have several classes.
public protocol MultiLabelElements: Dataset {
    /// The classes of an element.
    func labels(at index: Int) -> Set<Int>
}

/// Images with any number of classes each, listed in a JSON file.
///
/// Source: `MultiLabelDataset` of MMPretrain: `metainfo.classes`, and a `data_list` of `img_path` and
/// `gt_label`, a list of classes. Labels become a 0 or 1 for each class.
public struct MultiLabelDataset: MultiLabelElements {
    /// The names in the file, or in the config.
    public let classNames: [String]?
    /// The transforms of its config.
    public let pipeline: Pipeline
    private let folder: String
    private let images: [(file: String, labels: Set<Int>)]

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
        switch keys.classes {
        case .list(let names): classNames = names
        case .file(let list): classNames = try FileBytes.lines(FilePath.expandingHome(list))
        case nil:
            classNames = root.at(path: "metainfo.classes")?.list?.compactMap(\.string)
        }
        guard let classNames, !classNames.isEmpty else {
            throw DataError(
                file: path, reason: "names no classes under metainfo.classes; give classes",
                kind: .unfit)
        }
        let count = classNames.count
        images = try (root["data_list"]?.list ?? []).enumerated().map { place, entry in
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
            return (image, Set(labels))
        }
        guard !images.isEmpty else {
            throw DataError(file: path, reason: "lists no images under data_list", kind: .unfit)
        }
        folder = FilePath.expandingHome(keys.folder)
        pipeline = keys.pipeline
    }

    /// How many images there are.
    public var count: Int { images.count }

    /// Nothing: an image may have several classes.
    public func label(at index: Int) -> Int? { nil }

    /// The classes of an image.
    public func labels(at index: Int) -> Set<Int> { images[index].labels }

    /// An image's file and classes.
    public func sample(at index: Int) -> Sample {
        let image = images[index]
        let flags = (0..<(classNames?.count ?? 0)).map {
            image.labels.contains($0) ? 1 : 0 as Int64
        }
        var fields = DataDictionary()
        fields["img_prefix"] = .string(folder)
        fields["img_info"] = .dictionary(DataDictionary([("filename", .string(image.file))]))
        fields["gt_label"] = .array(PlainTensor(flags, shape: [flags.count]))
        return Sample(fields)
    }
}
