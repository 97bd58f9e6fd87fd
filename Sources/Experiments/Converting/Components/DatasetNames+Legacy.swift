import ConfigCore

extension DatasetNames {
    /// The data set in the legacy style.
    static func legacy(
        _ dataset: ConfigNode, at path: String, _ report: inout ConversionReport
    ) throws -> ConfigNode {
        var dataset = dataset
        if let classes = dataset.at(path: "metainfo.classes") {
            dataset = dataset.setting("classes", to: classes)
        }
        for key in ["metainfo", "lazy_init", "serialize_data", "max_refetch", "download"]
        where dataset[key] != nil && (key != "serialize_data" || type(dataset) != "ImageNet21k") {
            if key != "metainfo" { report.dropped("\(path).\(key)", "has no counterpart") }
            dataset = dataset.removing(key)
        }
        for key in ["indices", "filter_cfg", "with_label"] {
            guard let value = dataset[key]?.unlessNull, value.bool != true else { continue }
            throw ConfigError(
                at: value, path: ConfigPath.join(path, key: key),
                problem: "has no counterpart in the legacy style")
        }
        return try located(dataset.removing("with_label"), at: path, &report)
    }

    private static func type(_ dataset: ConfigNode) -> String { dataset["type"]?.string ?? "" }

    private static func located(
        _ dataset: ConfigNode, at path: String, _ report: inout ConversionReport
    ) throws -> ConfigNode {
        let root = dataset["data_root"]?.string ?? ""
        let split = dataset["split"]?.string ?? ""
        let test = split.isEmpty ? dataset["test_mode"]?.bool ?? false : split == "test"
        let bare = dataset.removing("data_root").removing("split")
        switch type(dataset) {
        case "CIFAR10", "CIFAR100", "MNIST", "FashionMNIST", "StanfordCars":
            return Self.entries(
                bare, ["data_prefix": joined(root, dataset["data_prefix"]?.string ?? "")], test)
        case "CUB":
            let files = Dictionary(
                uniqueKeysWithValues: birdFiles.map { ($0.key, joined(root, $0.value)) })
            return Self.entries(bare, files, test)
        case "VOC":
            let list =
                dataset["image_set_path"]?.string
                ?? "ImageSets/Main/\(split.isEmpty ? "trainval" : split).txt"
            return Self.entries(
                bare.removing("image_set_path"),
                ["data_prefix": .string(root), "ann_file": joined(root, list)], test)
        default: return try prefixed(dataset, bare, root, split, at: path, &report)
        }
    }

    private static var birdFiles: [(key: String, value: String)] {
        [
            ("ann_file", "images.txt"), ("image_class_labels_file", "image_class_labels.txt"),
            ("train_test_split_file", "train_test_split.txt"), ("data_prefix", "images"),
        ]
    }

    private static func entries(
        _ dataset: ConfigNode, _ paths: [String: ConfigValue], _ test: Bool
    ) -> ConfigNode {
        var entries: ConfigNode = ["type": dataset["type"] ?? ""]
        for (key, value) in paths.sorted(by: { $0.key < $1.key }) {
            entries = entries.setting(key, to: ConfigNode(value))
        }
        if test { entries = entries.setting("test_mode", to: true) }
        let rest = paths.keys.reduce(dataset.removing("type").removing("test_mode")) {
            $0.removing($1)
        }
        return NewTransforms.joined(entries, rest)
    }

    /// Data sets whose folder and list of labels are named; the split names both where they are not.
    private static func prefixed(
        _ dataset: ConfigNode, _ bare: ConfigNode, _ root: String, _ split: String,
        at path: String, _ report: inout ConversionReport
    ) throws -> ConfigNode {
        let prefix = dataset["data_prefix"] ?? dataset.at(path: "data_prefix.img_path")
        if let prefix, prefix.string == nil {
            throw ConfigError(
                at: prefix, path: ConfigPath.join(path, key: "data_prefix"),
                expected: "one folder")
        }
        var changed = bare
        let folder = prefix?.string ?? ""
        if !root.isEmpty || !split.isEmpty || prefix != nil {
            changed = changed.setting(
                "data_prefix", to: ConfigNode(joined(root, folder.isEmpty ? split : folder)))
        }
        let list = dataset["ann_file"]?.string ?? ""
        if !list.isEmpty {
            changed = changed.setting("ann_file", to: ConfigNode(joined(root, list)))
        } else if dataset["ann_file"] != nil {
            changed = changed.removing("ann_file")
        } else if !split.isEmpty {
            report.moved(
                "\(path).split", "data_prefix",
                "set ann_file too if \(joined(root, "meta/\(split).txt").text) is to be read")
        }
        return changed
    }

    private static func joined(_ root: String, _ path: String) -> ConfigValue {
        if root.isEmpty || path.hasPrefix("/") { return .string(path) }
        if path.isEmpty { return .string(root) }
        return .string(root.hasSuffix("/") ? root + path : "\(root)/\(path)")
    }
}

extension ConfigValue {
    fileprivate var text: String { if case .string(let text) = self { text } else { "" } }
}
