import ConfigCore
import ImageData
import TensorCore
import Testing
import TrainingInterfaces

@Suite("data sets") struct DatasetTests {
    private func folder(_ files: [String]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (number, file) in files.enumerated() {
            try folder.write(try PNG.encode(testImage(number)), to: file)
        }
        return folder
    }

    private func files(_ dataset: CustomDataset) -> [String] {
        (0..<dataset.count).compactMap { index in
            guard case .dictionary(let info) = dataset.sample(at: index)["img_info"],
                case .string(let name) = info["filename"]
            else { return nil }
            return "\(name) \(dataset.label(at: index) ?? -1)"
        }
    }

    @Test("class folders are sorted, searched to the bottom, and filtered by ending") func folders()
        throws
    {
        let folder = try folder([
            "b/2.png", "b/10.PNG", "b/.hidden.png", "a/z.png", "a/sub/k.png", "a/note.txt",
            "Z/1.png",
            "stray.png",
        ])
        try folder.write("", to: "empty/readme.md")
        let dataset = try CustomDataset(folder: folder.path)
        #expect(dataset.classNames == ["Z", "a", "b", "empty"])
        #expect(
            files(dataset) == [
                "Z/1.png 0", "a/sub/k.png 1", "a/z.png 1", "b/10.PNG 2", "b/2.png 2",
            ])
        #expect(
            dataset.warnings.map { $0.replacing(folder.path, with: "<dir>") } == [
                "<dir>: no images in empty; files that count end in .jpg, .jpeg, .png, .ppm, .bmp, .pgm, .tif"
            ])
        let sample = dataset.sample(at: 4)
        #expect(sample.file == "\(folder.path)/b/2.png")
        #expect(sample["gt_label"] == .array(PlainTensor([Int64(2)], shape: [])))
    }

    @Test("classes renames, and warns where it seems to reorder") func classNames() throws {
        let folder = try folder(["a/1.png", "b/1.png"])
        try folder.write("cat\ndog\n", to: "names.txt")
        let renamed = try CustomDataset(
            folder: folder.path, classes: .file("\(folder.path)/names.txt"))
        #expect(renamed.classNames == ["cat", "dog"])
        #expect(renamed.warnings == [])
        let swapped = try CustomDataset(folder: folder.path, classes: .list(["b", "a"]))
        #expect(
            swapped.warnings.map { $0.replacing(folder.path, with: "<dir>") } == [
                "<dir>: classes[0] \"b\" names the folder \"a\""
                    + "; classes renames the sorted folders and does not reorder them"
            ])
    }

    @Test("annotation files") func annotations() throws {
        let folder = try folder(["x/1 a.png", "2.png"])
        try folder.write("x/1 a.png 1\r\n\n  2.png 0 \n", to: "train.txt")
        let dataset = try CustomDataset(
            folder: folder.path, annotationFile: "\(folder.path)/train.txt")
        #expect(files(dataset) == ["x/1 a.png 1", "2.png 0"])
        #expect(dataset.classNames == nil)
    }

    @Test("mistakes are named by folder, file and line") func mistakes() throws {
        let folder = try folder(["a/1.png", "b/1.png"])
        try folder.write("a/1.png\n", to: "bad.txt")
        try folder.write("a/1.png 0\na/1.png 7\n", to: "high.txt")
        try folder.write("", to: "none.txt")
        try folder.write("", to: "only/text/readme.md")
        let dir = folder.path
        let cases: [(ConfigNode, String)] = [
            (
                ["data_prefix": .init("\(dir)/missing")],
                "<dir>/missing: no such folder; data_prefix names the folder of the class folders"
            ),
            (
                ["data_prefix": .init("\(dir)/bad.txt")],
                "<dir>/bad.txt: cannot be opened as a folder; data_prefix names the folder of the class folders"
            ),
            (
                ["data_prefix": .init("\(dir)/only")],
                "<dir>/only: no images in any class folder below it; files that count end in .jpg, .jpeg, .png, .ppm, .bmp, .pgm, .tif"
            ),
            (
                ["data_prefix": .init(dir), "classes": ["x"]],
                "<dir>: class folders: 3, names in classes: 1; give one name a folder"
            ),
            (
                ["data_prefix": .init(dir), "classes": .init("\(dir)/names.txt")],
                "<dir>/names.txt: cannot read file: no such file or directory"
            ),
            (
                ["data_prefix": .init(dir), "ann_file": .init("\(dir)/bad.txt")],
                "<dir>/bad.txt:1: expected a path, a space and a label, got \"a/1.png\""
            ),
            (
                [
                    "data_prefix": .init(dir), "ann_file": .init("\(dir)/high.txt"),
                    "classes": ["x", "y"],
                ],
                "<dir>/high.txt:2: label 7 is not below the number of classes, 2"
            ),
            (
                ["data_prefix": .init(dir), "ann_file": .init("\(dir)/none.txt")],
                "<dir>/none.txt: lists no images"
            ),
            (["data_prefix": .init(dir), "data_prefx": 1], "data.data_prefx: unknown key"),
            (
                ["classes": 3, "data_prefix": "x"],
                "data.classes: expected a list, got the number 3"
            ),
        ]
        var context = BuildContext()
        context.provide(standardTransforms)
        for (node, expected) in cases {
            let config = node.setting("type", to: "CustomDataset")
            let shown = message { try standardDatasets.build(config, at: "data", context) }?
                .replacing(dir, with: "<dir>")
            #expect(shown?.hasPrefix(expected) == true, "\(shown ?? "no error")")
        }
    }

    @Test("unreadable images are named") func unreadable() throws {
        let folder = try TemporaryFolder()
        let whole = try PNG.encode(testImage(0))
        try folder.write(Array(whole.dropLast(20)), to: "3/0012.png")
        try folder.write([0xff, 0xd8, 0xff, 0xe0], to: "3/jpeg.png")
        try folder.write([], to: "3/empty.png")
        try folder.write("text", to: "3/text.png")
        let cases = [
            ("3/0012.png", "cannot read PNG: read beyond end of data"),
            ("3/jpeg.png", "cannot read JPEG: premature end of JPEG file"),
            ("3/empty.png", "cannot read image: the file is empty"),
            ("3/text.png", "cannot read image: not a PNG, JPEG, PPM or PGM file"),
            ("3/gone.png", "cannot read file: no such file or directory"),
            ("3", "cannot read file: is a directory"),
        ]
        for (file, reason) in cases {
            var sample = Sample()
            sample["filename"] = .string("\(folder.path)/\(file)")
            let shown = message {
                try Pipeline([LoadImageFromFile()]).apply(to: &sample, random: KeyedRandom(seed: 0))
            }
            #expect(shown == "\(folder.path)/\(file): \(reason)")
        }
    }

    @Test("keys of MMEngine that change nothing here are taken") func withoutEffect() throws {
        let folder = try folder(["a/1.png", "b/1.png"])
        var context = BuildContext()
        context.provide(standardTransforms)
        context.provide(standardDatasets)
        context.provide(PipelineStyle.new)
        let plain: ConfigNode = [
            "type": "CustomDataset", "data_root": ConfigNode(.string(folder.path)),
            "lazy_init": true, "serialize_data": false, "max_refetch": 10,
            "filter_cfg": ["bbox_min_size": 32],
        ]
        let cases: [(ConfigNode, Int)] = [
            (plain, 2),
            (["type": "RepeatDataset", "dataset": plain, "times": 3, "lazy_init": true], 6),
            (
                [
                    "type": "ClassBalancedDataset", "dataset": plain, "oversample_thr": 0.1,
                    "lazy_init": true,
                ], 2
            ),
            (
                [
                    "type": "ConcatDataset", "datasets": [plain, plain], "lazy_init": true,
                    "ignore_keys": ["dataset_type"],
                ], 4
            ),
        ]
        for (config, count) in cases {
            #expect(try standardDatasets.build(config, at: "data", context).count == count)
        }
    }

    @Test("a repeated data set") func repeated() throws {
        let folder = try folder(["a/1.png", "b/1.png"])
        var context = BuildContext()
        context.provide(standardTransforms)
        context.provide(standardDatasets)
        let inner: ConfigNode = ["type": "CustomDataset", "data_prefix": .init(folder.path)]
        let dataset = try standardDatasets.build(
            ["type": "RepeatDataset", "times": 3, "dataset": inner], at: "data", context)
        #expect(dataset.count == 6)
        #expect((0..<6).compactMap(dataset.label(at:)) == [0, 1, 0, 1, 0, 1])
    }
}

extension ConfigNode {
    init(_ text: String) { self.init(.string(text)) }
}
