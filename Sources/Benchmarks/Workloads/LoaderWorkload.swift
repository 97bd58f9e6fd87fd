import ConfigCore
import Experiments
import Foundation
import ImageData
import TensorCore
import TrainingInterfaces

/// Passes of the data loader over the PNG files below a folder.
struct LoaderWorkload {
    private let folder: String
    private let batch: Int
    private let size: Int?
    private let crop: Int?
    private let images: [String]
    private let dataset: any Dataset

    /// Errors: throws `DataError` for a folder without PNG files.
    init(folder: String, batch: Int, size: Int?, crop: Int? = nil) throws {
        self.folder = folder
        self.batch = batch
        self.size = size
        self.crop = crop
        guard FileManager.default.fileExists(atPath: folder) else {
            throw DataError(file: folder, reason: "no such folder; --data names a folder of images")
        }
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }
        let images = (names ?? []).filter { $0.lowercased().hasSuffix(".png") }.sorted()
        guard !images.isEmpty else {
            throw DataError(file: folder, reason: "no .png files in it or below it")
        }
        self.images = images
        // Classes do not matter, so the files need not lie in class folders.
        dataset = try withScratchFolder { scratch in
            let list = "\(scratch)/images.txt"
            let lines = images.map { "\($0) 0\n" }.joined()
            try Data(lines.utf8).write(to: URL(fileURLWithPath: list))
            return try buildDataset([
                "type": "CustomDataset", "data_prefix": ConfigNode(.string(folder)),
                "ann_file": ConfigNode(.string(list)), "pipeline": Self.pipeline(size, crop),
            ])
        }
    }

    /// The usual steps of training.
    private static func pipeline(_ size: Int?, _ crop: Int?) -> ConfigNode {
        var steps: [ConfigNode] = [["type": "LoadImageFromFile"]]
        if let size { steps.append(["type": "Resize", "size": ConfigNode(.int(size))]) }
        if let crop {
            steps.append(["type": "RandomCrop", "size": ConfigNode(.int(crop)), "padding": 4])
        }
        steps += [
            ["type": "RandomFlip", "flip_prob": 0.5, "direction": "horizontal"],
            [
                "type": "Normalize", "mean": [123.675, 116.28, 103.53],
                "std": [58.395, 57.12, 57.375], "to_rgb": true,
            ],
            ["type": "ImageToTensor", "keys": ["img"]],
            ["type": "ToTensor", "keys": ["gt_label"]],
            ["type": "Collect", "keys": ["img", "gt_label"]],
        ]
        return ConfigNode(.list(steps))
    }

    /// A function that goes through the data once more each time.
    func pass(workers: Int) -> () throws -> Void {
        let loader = buildDataloader(
            dataset, samplesPerGPU: batch, workersPerGPU: workers,
            generator: TorchGenerator(seed: 0))
        return {
            loader.begin(epoch: loader.position.epoch)
            while try loader.next() != nil {}
        }
    }

    /// What reports say about it.
    func work(workers: Int) -> Work {
        let resized =
            (size.map { ", resized to \($0)×\($0)" } ?? "")
            + (crop.map { ", cropped to \($0)×\($0)" } ?? "")
        return Work(
            benchmark: "loader",
            title: "loader \(folder): \(dataset.count) images\(resized), batch \(batch), "
                + "\(workers) workers",
            fields: [
                "data": folder, "images": dataset.count, "batch": batch,
                "size": size ?? NSNull(), "crop": crop ?? NSNull(), "workers": workers,
            ], amount: .images(dataset.count))
    }

    /// MMClassification's loader of the same images with the same pipeline.
    func peer(python: String, workers: Int) -> Peer {
        let pipeline = Self.pipeline(size, crop)
        let arguments: [String: Any] = [
            "folder": folder, "images": images, "batch": batch, "workers": workers,
            "pipeline": ConfigWriter.json(pipeline),
        ]
        return Peer(library: "mmcls", name: "build_dataloader") {
            try PythonChild(python, .loader, arguments)
        }
    }
}

extension PythonScript {
    fileprivate static let loader = PythonScript(
        #"""
        def prepare(options):
            import tempfile
            import cv2
            import mmcls
            from mmcls.datasets import build_dataloader, build_dataset

            # Each worker gets one core, as ours do.
            cv2.setNumThreads(1)
            folder = tempfile.TemporaryDirectory()
            listing = os.path.join(folder.name, 'images.txt')
            with open(listing, 'w') as file:
                file.writelines(f'{name} 0\n' for name in options['images'])
            dataset = build_dataset(dict(
                type='CustomDataset', data_prefix=options['folder'], ann_file=listing,
                classes=['image'], pipeline=json.loads(options['pipeline'])))
            workers = options['workers']
            loader = build_dataloader(
                dataset, samples_per_gpu=options['batch'], workers_per_gpu=workers, dist=False,
                shuffle=True, seed=0, pin_memory=False, persistent_workers=workers > 0)

            def work():
                start = time.perf_counter()
                for batch in loader:
                    pass
                return time.perf_counter() - start

            return f'mmcls {mmcls.__version__}, OpenCV {cv2.__version__}', work
        """#)
}
