import ConfigCore

/// The keys that data sets of files have in common, in either style.
///
/// Source: `BaseDataset` of MMClassification; `BaseDataset` of MMEngine and `CustomDataset` of
/// MMPretrain, where `data_root` precedes relative paths.
struct DatasetKeys {
    let folder: String
    /// The folder of annotation files, where the data set has such and the config names it.
    let annotationFolder: String?
    let annotationFile: String?
    let classes: CustomDataset.ClassNames?
    let pipeline: Pipeline
    let isTestMode: Bool
    /// Which part of the data is meant, if the config says: `train`, `val` or `test`.
    let split: String?
    private let indices: Indices?

    private enum Indices {
        case first(Int)
        case places([Int])
    }

    /// Reads the common keys.
    ///
    /// - Parameters:
    ///   - reader: The data set's config.
    ///   - context: Holds the registry of transforms.
    ///   - splits: The values that `split` may have.
    ///   - hasAnnotationFolder: Whether `data_prefix` may name a folder of annotations.
    /// - Throws: `ConfigError` for a bad config.
    init(
        from reader: inout ConfigReader, _ context: BuildContext, splits: [String] = [],
        hasAnnotationFolder: Bool = false
    ) throws {
        let root = try reader.value("data_root", default: "")
        let split = splits.isEmpty ? nil : try reader.optional("split", as: String.self)
        if let split, !split.isEmpty, !splits.contains(split) {
            throw reader.failure(
                "split", "", expected: splits.map { "\"\($0)\"" }.joined(separator: " or "))
        }
        self.split = split
        let isNewStyle = reader.has("data_root") || split != nil
        let (prefix, annotations) = try Self.prefix(
            from: &reader, isRequired: !isNewStyle, hasAnnotationFolder)
        annotationFolder = annotations
        folder = prefix.isEmpty ? root : FilePath.join(root, prefix)
        let file = try reader.optional("ann_file", as: String.self).flatMap {
            $0.isEmpty ? nil : $0
        }
        annotationFile = file.map { FilePath.join(root, $0) }
        classes = try Self.classes(from: &reader)
        pipeline = try Pipeline(from: &reader, context)
        isTestMode = try reader.value("test_mode", default: false)
        indices = try Self.indices(from: &reader)
        // Elements are read one by one, and kept as they are, in any case.
        reader.ignore("lazy_init", "serialize_data", "max_refetch", "filter_cfg")
        guard try reader.value("with_label", default: true) else {
            throw reader.failure("with_label", "must be true; data without labels is not supported")
        }
        try reader.checkFileClient()
    }

    /// The elements of a data set that `indices` asks for; all of them where there is none.
    func chosen(_ dataset: any Dataset, _ reader: ConfigReader) throws -> any Dataset {
        switch indices {
        case nil: return dataset
        case .first(let count):
            let all = Array(0..<dataset.count)
            // As in Python, a negative number counts from the end.
            let order = count >= 0 ? all.prefix(count) : all.suffix(-count)
            return ArrangedDataset(dataset, order: Array(order))
        case .places(let places):
            let order = places.map { $0 < 0 ? $0 + dataset.count : $0 }
            guard order.allSatisfy({ (0..<dataset.count).contains($0) }) else {
                throw reader.failure(
                    "indices", "names elements that the data set of \(dataset.count) lacks")
            }
            return ArrangedDataset(dataset, order: order)
        }
    }

    /// Names of the classes: the config's, or else those that the data set has by itself.
    func classNames(or known: [String]?) throws(DataError) -> [String]? {
        switch classes {
        case .list(let names): names
        case .file(let path): try FileBytes.lines(FilePath.expandingHome(path))
        case nil: known
        }
    }

    /// The folders of images and annotations.
    private static func prefix(
        from reader: inout ConfigReader, isRequired: Bool, _ hasAnnotationFolder: Bool
    ) throws -> (images: String, annotations: String?) {
        if reader.node["data_prefix"]?.mapping != nil {
            return try reader.nested("data_prefix") { folders in
                (
                    try folders.value("img_path", default: ""),
                    hasAnnotationFolder ? try folders.optional("ann_path") : nil
                )
            } ?? ("", nil)
        }
        if isRequired { return (try reader.required("data_prefix"), nil) }
        return (try reader.optional("data_prefix") ?? "", nil)
    }

    private static func classes(from reader: inout ConfigReader) throws
        -> CustomDataset.ClassNames?
    {
        let listed = try reader.nested("metainfo") { entries -> [String]? in
            try entries.optional("classes")
        }
        switch try reader.optional("classes", as: ConfigNode.self)?.value {
        case nil: return listed?.map { .list($0) }
        case .string(let path): return .file(path)
        default: return .list(try reader.required("classes"))
        }
    }

    private static func indices(from reader: inout ConfigReader) throws -> Indices? {
        guard let node: ConfigNode = try reader.optional("indices") else { return nil }
        if let count = node.int { return .first(count) }
        return .places(try reader.required("indices"))
    }
}
