import ConfigCore
import ImageData
import TensorCore
import Testing
import TrainingInterfaces

@Suite("data sets of both styles") struct StoredDatasetTests {
    private func dataset(_ config: ConfigNode) throws -> any Dataset {
        var context = BuildContext()
        context.provide(standardTransforms)
        context.provide(standardDatasets)
        return try standardDatasets.build(config, at: "data.train", context)
    }

    private func labels(_ dataset: any Dataset) -> [Int?] {
        (0..<dataset.count).map { dataset.label(at: $0) }
    }

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in ["train/cat/1.png", "train/cat/2.png", "train/cat/3.png", "train/dog/1.png"] {
            try folder.write([1], to: name)
        }
        try folder.write("cat/1.png 0\ndog/1.png 1\n", to: "meta/train.txt")
        return folder
    }

    @Test("MNIST, gzipped or not") func mnist() throws {
        let root = ConfigNode(.string("\(Fixtures.datasets)/mnist"))
        let cases: [(ConfigNode, Int)] = [
            (["type": "MNIST", "data_prefix": root], 2),
            (["type": "FashionMNIST", "data_prefix": root, "test_mode": true], 2),
            (["type": "mmpretrain.MNIST", "data_root": root, "split": "test", "indices": 1], 1),
        ]
        for (config, count) in cases {
            let dataset = try dataset(config)
            #expect(dataset.count == count && dataset.label(at: 0) == 7)
            #expect(dataset.classNames?.count == 10)
            let first = try dataset.sample(at: 0).image
            #expect(first?.shape == [4, 3])
            #expect(first?.pixels == .uint8((0..<12).map { UInt8($0) }))
        }
    }

    @Test("wrappers") func wrappers() throws {
        let folder = try folder()
        let inner: ConfigNode = [
            "type": "CustomDataset", "data_prefix": ConfigNode(.string("\(folder.path)/train")),
        ]
        let cases: [(ConfigNode, [Int])] = [
            (inner, [0, 0, 0, 1]),
            (["type": "RepeatDataset", "times": 2, "dataset": inner], [0, 0, 0, 1, 0, 0, 0, 1]),
            (["type": "ConcatDataset", "datasets": [inner, inner]], [0, 0, 0, 1, 0, 0, 0, 1]),
            (
                ["type": "ClassBalancedDataset", "oversample_thr": 0.6, "dataset": inner],
                [0, 0, 0, 1, 1]
            ),
            (["type": "KFoldDataset", "num_splits": 4, "fold": 3, "dataset": inner], [0, 0, 0]),
            (
                [
                    "type": "KFoldDataset", "num_splits": 4, "fold": 3, "test_mode": true,
                    "dataset": inner,
                ], [1]
            ),
            (inner.setting("indices", to: -2), [0, 1]),
            (inner.setting("indices", to: [3, 0, -1]), [1, 0, 1]),
            (
                [
                    "type": "CustomDataset", "data_root": ConfigNode(.string(folder.path)),
                    "data_prefix": ["img_path": "train"], "ann_file": "meta/train.txt",
                    "metainfo": ["classes": ["cat", "dog"]], "lazy_init": true,
                ], [0, 1]
            ),
            (
                [
                    "type": "ImageNet", "data_root": ConfigNode(.string(folder.path)),
                    "split": "train",
                ], [0, 1]
            ),
        ]
        for (config, expected) in cases { #expect(try labels(dataset(config)) == expected) }
        let list = try dataset(cases[8].0)
        #expect(try list.sample(at: 1).file == "\(folder.path)/train/dog/1.png")
        #expect(list.classNames == ["cat", "dog"])
    }

    @Test("birds and several labels") func lists() throws {
        let folder = try TemporaryFolder()
        try folder.write("1 a/1.jpg\n2 b/2.jpg\n3 a/3.jpg\n", to: "images.txt")
        try folder.write("1 1\n2 2\n3 1\n", to: "image_class_labels.txt")
        try folder.write("1 1\n2 0\n3 1\n", to: "train_test_split.txt")
        let root = ConfigNode(.string(folder.path))
        let legacy: ConfigNode = [
            "type": "CUB", "data_prefix": root,
            "ann_file": ConfigNode(.string("\(folder.path)/images.txt")),
            "image_class_labels_file": ConfigNode(
                .string("\(folder.path)/image_class_labels.txt")),
            "train_test_split_file": ConfigNode(.string("\(folder.path)/train_test_split.txt")),
        ]
        #expect(try labels(dataset(legacy)) == [0, 0])
        #expect(try labels(dataset(legacy.setting("test_mode", to: true))) == [1])
        let new = try dataset(["type": "CUB", "data_root": root, "split": "test"])
        #expect(try new.sample(at: 0).file == "\(folder.path)/images/b/2.jpg")

        try folder.write(
            #"{"metainfo": {"classes": ["x", "y", "z"]}, "data_list": [{"img_path": "1.jpg", "gt_label": [0, 2]}]}"#,
            to: "multi.json")
        let multi: ConfigNode = [
            "type": "MultiLabelDataset", "data_root": root, "ann_file": "multi.json",
        ]
        let several = try dataset(multi)
        let expected = DataValue.array(PlainTensor([1, 0, 1] as [Int64], shape: [3]))
        #expect(try several.sample(at: 0)["gt_label"] == expected)
        #expect(several.classNames == ["x", "y", "z"])
        #expect(try dataset(multi.setting("indices", to: [0])).classes(at: 0) == [0, 2])
    }

    @Test("folds are shuffled as NumPy does") func folds() {
        #expect(
            KFoldDataset.order(of: 20, fold: 0, of: 1, seed: 7, isTest: true)
                == [3, 8, 12, 13, 14, 16, 10, 15, 1, 6, 0, 7, 4, 18, 5, 19, 17, 2, 9, 11])
        #expect(
            KFoldDataset.order(of: 10, fold: 0, of: 1, seed: 12_345_678_901, isTest: true)
                == [5, 8, 3, 1, 4, 7, 0, 9, 6, 2])
    }

    @Test("mistakes are named") func mistakes() throws {
        let folder = try folder()
        let inner: ConfigNode = [
            "type": "CustomDataset", "data_prefix": ConfigNode(.string("\(folder.path)/train")),
        ]
        let cases: [(ConfigNode, String)] = [
            (
                ["type": "MNIST", "data_prefix": ConfigNode(.string(folder.path))],
                "<dir>/train-images-idx3-ubyte: no such file, nor one that ends in .gz; get it from http://yann.lecun.com/exdb/mnist/"
            ),
            (
                ["type": "MNIST", "data_root": "x", "split": "val"],
                "data.train.split: expected \"train\" or \"test\", got the string \"val\""
            ),
            (
                ["type": "KFoldDataset", "fold": 5, "dataset": inner],
                "data.train.fold: must be from 0 to 4"
            ),
            (
                ["type": "ClassBalancedDataset", "dataset": inner],
                "data.train.oversample_thr: required key is missing"
            ),
            (
                [
                    "type": "ConcatDataset",
                    "datasets": [inner, inner.setting("pipeline", to: [])],
                ],
                "data.train.datasets: number 1 has another pipeline than the first"
            ),
            (
                inner.setting("indices", to: [4]),
                "data.train.indices: names elements that the data set of 4 lacks"
            ),
        ]
        for (config, expected) in cases {
            do {
                _ = try dataset(config)
                Issue.record("no error: \(expected)")
            } catch {
                #expect(folder.shown(error) == expected)
            }
        }
    }
}

@Suite("orders") struct OrderTests {
    @Test("an endless stream of permutations") func infinite() {
        let order = SampleOrder.endless(seed: 5)
        let parts = (0..<2).map { order.indices(of: 5, epoch: $0, orderSeed: nil, length: 8) }
        #expect(parts == [[1, 3, 0, 4, 2, 1, 3, 0], [4, 2, 3, 1, 0, 2, 4, 1]])
    }

    /// The figures are those of MMPretrain's and MMDetection's samplers with PyTorch.
    @Test("samples several times in a row, and all classes equally often") func functionsOfSeed() {
        let classes = [[0, 1, 2, 3], [4], [5, 6]]
        let cases: [(SampleOrder, [[Int]])] = [
            (.seededRepeats(seed: 3, times: 3), [[5, 5, 5, 3, 3, 3, 4], [3, 3, 3, 1, 1, 1, 0]]),
            (.classAware(seed: 3), [[4, 1, 5, 0, 6, 4, 4], [4, 3, 5, 6, 4, 0, 1]]),
            (
                .classAware(seed: 3, samplesPerClass: 2),
                [[4, 4, 1, 0, 5, 6, 2], [4, 4, 3, 0, 5, 6, 5]]
            ),
        ]
        for (order, expected) in cases {
            #expect(order.length(of: 7) == 7)
            let passes = (0..<2).map {
                order.indices(of: 7, epoch: $0, orderSeed: nil, classes: classes)
            }
            #expect(passes == expected)
        }
    }

    @Test("a loader continues an order of classes in the middle of a pass") func resuming() throws {
        let folder = try TemporaryFolder()
        let sizes = [("a", 5), ("b", 1), ("c", 2)]
        for (name, count) in sizes {
            for number in 0..<count {
                try folder.write(try PNG.encode(testImage(number)), to: "\(name)/\(number).png")
            }
        }
        let dataset = try CustomDataset(
            folder: folder.path,
            pipeline: Pipeline([LoadImageFromFile(), RandomCrop(size: 8, padding: 2)]))
        func loader() -> DataLoader {
            DataLoader(
                dataset: dataset, batchSize: 3, workers: 1, order: .classAware(seed: 2), seed: 1)
        }
        let whole = loader()
        whole.begin(epoch: 4)
        _ = try whole.next()
        let other = loader()
        try other.restore(whole.position)
        var labels: [Int64] = []
        while let batch = try whole.next() {
            #expect(try other.next() == batch)
            labels += batch.array("gt_label")?.integers ?? []
        }
        #expect(try other.next() == nil && Set(labels) == [0, 1, 2])
    }
}
