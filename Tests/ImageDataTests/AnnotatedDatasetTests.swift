import ConfigCore
import ImageData
import TensorCore
import Testing
import TrainingInterfaces

@Suite("data sets whose annotations have formats of their own") struct AnnotatedDatasetTests {
    private func dataset(_ config: ConfigNode) throws -> any Dataset {
        var context = BuildContext()
        context.provide(standardTransforms)
        context.provide(standardDatasets)
        return try standardDatasets.build(config, at: "data.train", context)
    }

    private func files(_ dataset: any Dataset) throws -> [String?] {
        try (0..<dataset.count).map { try dataset.sample(at: $0).file }
    }

    /// The files were written by SciPy, packed and not.
    @Test("cars, in MATLAB's format") func cars() throws {
        let root = "\(Fixtures.datasets)/cars"
        let legacy = try dataset(
            ["type": "StanfordCars", "data_prefix": ConfigNode(.string(root)), "test_mode": false])
        #expect(
            try files(legacy) == ["\(root)/cars_train/00001.jpg", "\(root)/cars_train/00002.jpg"])
        #expect((0..<2).map { legacy.label(at: $0) } == [13, 195])
        #expect(legacy.classNames?.count == 196)
        #expect(legacy.classNames?.last == "smart fortwo Convertible 2012")
        let parts: [(String, [String], [Int])] = [
            ("train", ["000001"], [0]), ("test", ["000002", "000003"], [1, 2]),
        ]
        for (split, names, labels) in parts {
            let new = try dataset([
                "type": "StanfordCars", "data_root": ConfigNode(.string(root)),
                "split": ConfigNode(.string(split)),
            ])
            #expect(try files(new) == names.map { "\(root)/car_ims/\($0).jpg" })
            #expect((0..<new.count).map { new.label(at: $0) } == labels)
        }
    }

    private func annotation(_ objects: [(String, Bool)]) -> String {
        let objects = objects.map {
            "<object><name>\($0.0)</name><difficult>\($0.1 ? 1 : 0)</difficult></object>"
        }
        return "<?xml version=\"1.0\"?>\n<annotation><name>x</name>\(objects.joined())</annotation>"
    }

    @Test("PASCAL VOC, in XML") func voc() throws {
        let folder = try TemporaryFolder()
        try folder.write("000001\n000002\n", to: "VOC2007/ImageSets/Main/trainval.txt")
        try folder.write(
            annotation([("cat", false), ("dog", true), ("cat", true), ("unicorn", false)]),
            to: "VOC2007/Annotations/000001.xml")
        try folder.write(annotation([]), to: "VOC2007/Annotations/000002.xml")
        let root = "\(folder.path)/VOC2007"
        let legacy: ConfigNode = [
            "type": "VOC", "data_prefix": ConfigNode(.string("\(root)/")),
            "ann_file": ConfigNode(.string("\(root)/ImageSets/Main/trainval.txt")),
        ]
        let new: ConfigNode = [
            "type": "mmpretrain.VOC", "data_root": ConfigNode(.string(root)), "split": "trainval",
        ]
        let short: ConfigNode = ["dog", "cat"]
        let cases: [(ConfigNode, [Int64])] = [
            (legacy.setting("classes", to: short), [-1, 1]),
            (
                legacy.setting("classes", to: short).setting("difficult_as_postive", to: true),
                [1, 1]
            ),
            (
                legacy.setting("classes", to: short).setting("difficult_as_postive", to: false),
                [0, 1]
            ),
            (new.setting("metainfo", to: ["classes": short]), [0, 1]),
        ]
        for (config, flags) in cases {
            let dataset = try dataset(config)
            #expect(
                try files(dataset)
                    == ["\(root)/JPEGImages/000001.jpg", "\(root)/JPEGImages/000002.jpg"])
            let sample = try dataset.sample(at: 0)
            #expect(sample["gt_label"] == .array(PlainTensor(flags, shape: [2])))
        }
        let sample = try dataset(cases[3].0).sample(at: 0)
        #expect(
            sample["gt_label_difficult"] == .array(PlainTensor([1, 1] as [Int64], shape: [2])))
        #expect(sample["gt_score"] == .array(PlainTensor([0, 1] as [Float], shape: [2])))
        #expect(try dataset(new).classNames?.count == 20)
    }

    @Test("names that data sets have by themselves") func names() throws {
        let folder = try TemporaryFolder()
        for number in 0..<1000 { try folder.write([1], to: "train/\(1000 + number)/1.JPEG") }
        try folder.write([1], to: "few/a/1.JPEG")
        try folder.write("1000/1.JPEG 7\n", to: "meta/val.txt")
        func names(_ type: String, _ prefix: String, _ list: ConfigNode = nil) throws -> [String]? {
            try dataset([
                "type": ConfigNode(.string(type)),
                "data_prefix": ConfigNode(.string("\(folder.path)/\(prefix)")), "ann_file": list,
            ]).classNames
        }
        let list = ConfigNode(.string("\(folder.path)/meta/val.txt"))
        for all in [try names("ImageNet", "train"), try names("ImageNet", "train", list)] {
            #expect(all?.count == 1000 && all?.first == "tench, Tinca tinca")
            #expect(
                all?.last == "toilet tissue, toilet paper, bathroom tissue"
                    && all?[499] == "cleaver, meat cleaver, chopper")
        }
        #expect(try names("ImageNet", "few") == ["a"])
        #expect(try names("ImageNet21k", "few") == ["a"])
        #expect(try names("ImageNet21k", "train", list) == nil)
    }

    @Test("mistakes are named") func mistakes() throws {
        let folder = try TemporaryFolder()
        let root = ConfigNode(.string(folder.path))
        let packed = try Fixtures.bytes("\(Fixtures.datasets)/cars/devkit/cars_train_annos.mat")
        let list = "devkit/cars_train_annos.mat"
        try folder.write("1\n", to: "ImageSets/Main/trainval.txt")
        let cars: ConfigNode = ["type": "StanfordCars", "data_prefix": root]
        let voc: ConfigNode = ["type": "VOC", "data_root": root]
        let deep = String(repeating: "<a>", count: 101) + String(repeating: "</a>", count: 101)
        let cases: [(ConfigNode, (name: String, bytes: [UInt8])?, String)] = [
            (cars, nil, "<dir>/\(list): cannot read file: no such file or directory"),
            (
                cars, (list, Array("MATLAB 7.3 MAT-file, Platform: GLNXA64".utf8)),
                "<dir>/\(list): cannot read MATLAB file: it is of version 7.3; save it with '-v7' in MATLAB"
            ),
            (
                cars, (list, Array("00001.jpg 1".utf8)),
                "<dir>/\(list): cannot read MATLAB file: it does not begin as one of level 5 does"
            ),
            (
                cars, (list, Array(packed.dropLast(9))),
                "<dir>/\(list): cannot read MATLAB file: it ends too early"
            ),
            (
                cars, (list, packed.prefix(200) + [0xff] + packed.dropFirst(201)),
                "<dir>/\(list): cannot read MATLAB file: damaged data"
            ),
            (
                cars, (list, Array(packed.prefix(128))),
                "<dir>/\(list): has no records named annotations"
            ),
            (voc, nil, "<dir>/Annotations/1.xml: cannot read file: no such file or directory"),
            (
                voc, ("Annotations/1.xml", Array("<annotation>\n<object></annotation>".utf8)),
                "<dir>/Annotations/1.xml:2: cannot read XML: mismatched tag"
            ),
            (
                voc, ("Annotations/1.xml", Array(deep.utf8)),
                "<dir>/Annotations/1.xml: cannot read XML: elements stand 100 deep"
            ),
            (
                voc, ("Annotations/1.xml", Array("<a><object/></a>".utf8)),
                "<dir>/Annotations/1.xml: an object has no name"
            ),
            (
                ["type": "ImageNet21k", "data_prefix": root, "multi_label": true], nil,
                "data.train.multi_label: is not supported, as in the original"
            ),
        ]
        for (config, file, expected) in cases {
            if let file { try folder.write(file.bytes, to: file.name) }
            do {
                _ = try dataset(config)
                Issue.record("no error: \(expected)")
            } catch {
                #expect(folder.shown(error) == expected)
            }
        }
    }
}
