import ConfigCore

/// The photographs of PASCAL VOC, each with the classes of the objects that its XML file lists.
///
/// Source: `VOC` of MMClassification and, with `data_root` and `split`, of MMPretrain. In the legacy style a
/// class whose objects are all difficult is -1, or what `difficult_as_postive` (sic) says; in the new
/// style it is 0, and the metrics of VOC decide by `gt_label_difficult`.
enum VOC {
    static func read(from reader: inout ConfigReader, _ context: BuildContext) throws
        -> any Dataset
    {
        let isNewStyle = reader.has("data_root")
        let keys = try DatasetKeys(
            from: &reader, context, splits: ["train", "val", "trainval", "test"],
            hasAnnotationFolder: true)
        let difficultyCounts: Bool? =
            isNewStyle ? nil : try reader.optional("difficult_as_postive")
        let root = isNewStyle ? try reader.value("data_root", default: "") : keys.folder
        let list = try list(of: keys, &reader, below: root, isNewStyle)
        let hasFolder = isNewStyle && keys.folder != root && !keys.folder.isEmpty
        // Image files are named below the folder, as the original has them.
        let folder = hasFolder ? keys.folder : root
        let annotations = FilePath.join(root, keys.annotationFolder ?? "Annotations")
        let classNames = try keys.classNames(or: KnownClasses.voc) ?? KnownClasses.voc
        let places = Dictionary(
            zip(classNames, classNames.indices), uniquingKeysWith: { first, _ in first })
        var found: [MultiLabelImage] = []
        for line in try FileBytes.lines(FilePath.expandingHome(list)) {
            // Lists of one class have a flag after the name.
            guard let name = line.split(separator: " ").first else { continue }
            let objects = try objects(
                in: FilePath.expandingHome(FilePath.join(annotations, "\(name).xml")), places)
            let onlyDifficult = objects.difficult.subtracting(objects.plain)
            var image = MultiLabelImage(
                file: hasFolder ? "\(name).jpg" : "JPEGImages/\(name).jpg",
                labels: difficultyCounts == true
                    ? objects.plain.union(onlyDifficult) : objects.plain)
            if isNewStyle {
                image.difficult = objects.difficult
            } else if difficultyCounts == nil {
                image.doubtful = onlyDifficult
            }
            found.append(image)
        }
        guard !found.isEmpty else {
            throw DataError(file: list, reason: "lists no images", kind: .unfit)
        }
        let dataset = MultiLabelDataset(
            keys, classNames: classNames, images: found, folder: folder)
        return try keys.chosen(dataset, reader)
    }

    /// The file that lists the images: `ann_file`, `image_set_path`, or the usual place of the split.
    private static func list(
        of keys: DatasetKeys, _ reader: inout ConfigReader, below root: String, _ isNewStyle: Bool
    ) throws -> String {
        guard isNewStyle else {
            guard let file = keys.annotationFile else {
                throw reader.failure("ann_file", "required key is missing")
            }
            return file
        }
        if let path: String = try reader.optional("image_set_path"), !path.isEmpty {
            return FilePath.join(root, path)
        }
        let split = keys.split ?? "trainval"
        guard !split.isEmpty else {
            throw reader.failure("split", "is empty; name one, or give image_set_path")
        }
        return FilePath.join(root, "ImageSets/Main/\(split).txt")
    }

    /// The classes of the objects of an image; objects of other kinds do not count.
    private static func objects(in file: String, _ places: [String: Int]) throws(DataError) -> (
        plain: Set<Int>, difficult: Set<Int>
    ) {
        var (plain, difficult): (Set<Int>, Set<Int>) = ([], [])
        for object in try XMLFile.read(file).children(named: "object") {
            guard let name = object.text(of: "name") else {
                throw DataError(file: file, reason: "an object has no name", kind: .unfit)
            }
            guard let place = places[name] else { continue }
            switch object.text(of: "difficult") ?? "0" {
            case "0": plain.insert(place)
            case "1": difficult.insert(place)
            case let text:
                throw DataError(
                    file: file, reason: "difficult is \"\(text)\", expected 0 or 1", kind: .unfit)
            }
        }
        return (plain, difficult)
    }
}
