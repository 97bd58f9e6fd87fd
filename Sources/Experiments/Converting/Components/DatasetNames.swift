import ConfigCore

/// Where a data set's files are: `data_prefix` and `test_mode` in the legacy style, `data_root` and `split` in
/// the new one.
enum DatasetNames {
    /// Data sets that know their files by the split.
    private static let split: Set<String> = [
        "CIFAR10", "CIFAR100", "MNIST", "FashionMNIST", "StanfordCars",
    ]
    /// The files of `CUB`, which the new style looks for under these names.
    private static let birds = [
        "ann_file": "images.txt", "image_class_labels_file": "image_class_labels.txt",
        "train_test_split_file": "train_test_split.txt", "data_prefix": "images",
    ]

    /// The data set in the new style.
    static func new(
        _ dataset: ConfigNode, at path: String, _ report: inout ConversionReport
    ) throws -> ConfigNode {
        let type = dataset["type"]?.string ?? ""
        var dataset = dataset
        if let arguments = dataset["file_client_args"] {
            dataset = dataset.removing("file_client_args")
            if !arguments.isNull, arguments["backend"]?.string != "disk" {
                report.dropped(
                    "\(path).file_client_args", "give LoadImageFromFile backend_args instead")
            }
        }
        let test = dataset["test_mode"]?.bool ?? false
        if split.contains(type) {
            if let file = dataset["ann_file"]?.unlessNull, type == "StanfordCars" {
                throw ConfigError(
                    at: file, path: ConfigPath.join(path, key: "ann_file"),
                    problem: "has no counterpart in the new style",
                    remedy: "arrange the files as MMPretrain expects them")
            }
            report.moved(
                "data_prefix, test_mode of \(type)", "data_root, split",
                "test_mode=True reads the split test")
            return rooted(dataset.removing("ann_file"), at: dataset["data_prefix"], test: test)
        }
        switch type {
        case "CUB": return try birds(dataset, at: path, test: test)
        case "VOC": return try classes(dataset, at: path, test: test, &report)
        case "ImageNet21k":
            if let recursive = dataset["recursion_subdir"], recursive.bool == false {
                throw ConfigError(
                    at: recursive, path: ConfigPath.join(path, key: "recursion_subdir"),
                    problem: "the new style always looks into subfolders")
            }
            return dataset.removing("recursion_subdir")
        default: return dataset
        }
    }

    private static func rooted(_ dataset: ConfigNode, at root: ConfigNode?, test: Bool)
        -> ConfigNode
    {
        var entries: ConfigNode = ["type": dataset["type"] ?? ""]
        entries = entries.setting("data_root", to: root ?? "")
            .setting("split", to: test ? "test" : "train")
        return NewTransforms.joined(
            entries,
            dataset.removing("type").removing("data_prefix").removing("test_mode"))
    }

    private static func birds(_ dataset: ConfigNode, at path: String, test: Bool) throws
        -> ConfigNode
    {
        var root: String?
        var rest = dataset
        for (key, name) in birds.sorted(by: { $0.key < $1.key }) {
            guard let value = dataset[key]?.string, value.hasSuffix("/" + name),
                root == nil || root == String(value.dropLast(name.count + 1))
            else {
                throw ConfigError(
                    at: dataset[key] ?? dataset, path: ConfigPath.join(path, key: key),
                    problem: "the new style looks for \(name) beside the other files of CUB",
                    remedy: "arrange the files so")
            }
            root = String(value.dropLast(name.count + 1))
            rest = rest.removing(key)
        }
        return rooted(rest, at: root.map { ConfigNode(.string($0)) }, test: test)
    }

    private static func classes(
        _ dataset: ConfigNode, at path: String, test: Bool, _ report: inout ConversionReport
    ) throws -> ConfigNode {
        guard let root = dataset["data_prefix"]?.string, let file = dataset["ann_file"]?.string,
            file.hasPrefix(root)
        else {
            throw ConfigError(
                at: dataset, path: path,
                problem: "data_prefix and ann_file of VOC have no counterpart",
                remedy: "let ann_file begin with data_prefix")
        }
        let list = file.dropFirst(root.count).drop { $0 == "/" }
        var rest = dataset.removing("ann_file")
        if dataset["difficult_as_postive"] != nil {
            rest = rest.removing("difficult_as_postive")
            report.dropped(
                "\(path).difficult_as_postive", "set difficult_as_positive of VOCMultiLabelMetric")
        }
        return rooted(rest, at: dataset["data_prefix"], test: test)
            .setting("split", to: test ? "test" : "trainval")
            .setting("image_set_path", to: ConfigNode(.string(String(list))))
    }
}
