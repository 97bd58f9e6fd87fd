public import ConfigCore
import Drawing
import Foundation
import ImageData
import TensorCore
import TrainingInterfaces

/// Contact sheets of a data set's images, before and after its pipeline.
///
/// Source: `vis_pipeline.py` of MMClassification, `browse_dataset.py` of MMPretrain.
public struct DatasetSheets {
    /// What is shown of an image.
    public enum Mode: String, CaseIterable, Sendable {
        /// The image as it is stored.
        case original
        /// The image after the pipeline.
        case transformed
        /// Both, side by side.
        case concat
        /// The image after every step of the pipeline.
        case pipeline
    }

    /// What is shown, and how.
    public struct Options: Sendable {
        /// Which data set: `train`, `val` or `test`.
        public var phase = "train"
        /// How many images; there may be fewer.
        public var count = 48
        /// What of them.
        public var mode = Mode.concat
        /// The steps that are left out, by type.
        public var skippedTypes = DatasetSheets.skippedTypes
        /// Whether the images' colours are red, green, blue.
        public var swapsColors = false
        /// By how much larger than usual images are drawn.
        public var scale = 1.0
        /// Where random steps start.
        public var seed: UInt64 = 0

        /// The original's options.
        public init() {}
    }

    /// The steps whose results are no pictures any more.
    public static let skippedTypes = [
        "ToTensor", "Normalize", "ImageToTensor", "Collect", "PackInputs",
    ]

    /// How many images the data set has.
    public let datasetSize: Int
    private let dataset: any Dataset
    private let steps: [PipelineTrace.Step]
    private let options: Options
    private let name: String

    /// Builds the data set of a config in either style.
    ///
    /// - Parameters:
    ///   - config: The config.
    ///   - name: What its file is called.
    ///   - options: What is shown.
    ///   - registries: What configs may name.
    /// - Throws: `ConfigError`, `UsageError`, `DataError`.
    public init(
        _ config: LoadedConfig, name: String, _ options: Options, _ registries: Registries
    ) throws {
        let experiment = try Experiment(config.root, registries)
        guard let loader = experiment.loaders[options.phase] else {
            let known = experiment.loaders.keys.sorted().joined(separator: ", ")
            throw UsageError(
                "--phase: the config has no data for \(options.phase); it has \(known)")
        }
        let skipped = Set(options.skippedTypes)
        let shown = PipelineTrace.without(skipped, in: loader.dataset)
        dataset = try buildDataset(
            shown, at: loader.path, registries: registries, style: experiment.pipelineStyle)
        guard dataset.count > 0 else {
            throw UsageError("--phase: the data set for \(options.phase) has no images")
        }
        let names = PipelineTrace.types(in: shown)
        steps = dataset.pipeline.transforms.enumerated().map { place, transform in
            PipelineTrace.Step(
                name: names.indices.contains(place) ? names[place] : "\(type(of: transform))",
                transform: transform)
        }
        datasetSize = dataset.count
        self.options = options
        self.name = name
    }

    /// Writes the sheets to a folder, which is made.
    ///
    /// - Parameters:
    ///   - folder: Where the files go: `<phase>_<mode>_<number>.png`.
    ///   - progress: Told after every image how many of how many are done.
    /// - Returns: The files.
    /// - Throws: `DataError` for an image that cannot be read, `DrawingError`.
    public func write(
        to folder: String, progress: ((_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> [String] {
        let total = min(options.count, dataset.count)
        let perSheet = rowsPerSheet * imagesPerRow
        var files: [String] = []
        for start in stride(from: 0, to: total, by: perSheet) {
            let end = min(start + perSheet, total)
            var rows: [[ContactSheet.Cell]] = []
            for index in start..<end {
                if (index - start).isMultiple(of: imagesPerRow) { rows.append([]) }
                rows[rows.count - 1] += try cells(of: index)
                progress?(index + 1, total)
            }
            let number = String(format: "%03d", start / perSheet + 1)
            let path = "\(folder)/\(options.phase)_\(options.mode.rawValue)_\(number).png"
            let range = end == start + 1 ? "image \(end)" : "images \(start + 1)-\(end)"
            let title =
                "\(name), \(options.phase), \(options.mode.rawValue): \(range) of \(datasetSize)"
            let side = Int((Double(ContactSheet.usualSide) * options.scale).rounded())
            try ContactSheet(title: title, rows: rows, side: side).picture.write(to: path)
            files.append(path)
        }
        return files
    }

    private var imagesPerRow: Int {
        switch options.mode {
        case .original, .transformed: 6
        case .concat: 3
        case .pipeline: 1
        }
    }

    private var rowsPerSheet: Int { options.mode == .pipeline ? 8 : 6 }

    /// What the sheet shows of an image.
    private func cells(of index: Int) throws -> [ContactSheet.Cell] {
        let element = try dataset.sample(at: index)
        let trace = try PipelineTrace(
            element, steps, random: KeyedRandom(seed: options.seed).at(index))
        let file = element.file.map { URL(fileURLWithPath: $0).lastPathComponent }
        let caption = [file ?? "image \(index + 1)", label(of: element)]
        let pictures = try trace.pictures.map { name, image in
            (name: name, raster: try raster(of: image, file ?? "image \(index + 1)"))
        }
        guard let first = pictures.first, let last = pictures.last else {
            throw DataError(
                file: element.file ?? "image \(index + 1)",
                reason: "the pipeline makes no picture of it", kind: .unfit)
        }
        switch options.mode {
        case .original: return [ContactSheet.Cell(first.raster, caption: caption)]
        case .transformed: return [ContactSheet.Cell(last.raster, caption: caption)]
        case .concat:
            return [
                ContactSheet.Cell(first.raster, caption: caption + ["original"]),
                ContactSheet.Cell(last.raster, caption: caption + ["transformed"]),
            ]
        case .pipeline:
            return pictures.enumerated().map { place, picture in
                ContactSheet.Cell(
                    picture.raster, caption: place == 0 ? [picture.name] + caption : [picture.name])
            }
        }
    }

    private func raster(of image: Image, _ name: String) throws -> Raster {
        let shown = image.stretchedToBytes
        guard let raster = Raster(options.swapsColors ? shown.swappingColors : shown) else {
            throw DataError(file: name, reason: "has no pixels", kind: .unfit)
        }
        return raster
    }

    /// The classes of an image by name, or by number where they have none.
    private func label(of element: Sample) -> String {
        guard case .array(let labels) = element["gt_label"],
            case .int64(let values) = labels.elements
        else { return "no label" }
        let names = dataset.classNames ?? []
        let isMultiple = labels.shape.reduce(1, *) > 1
        let classes = isMultiple ? values.indices.filter { values[$0] > 0 } : values.map(Int.init)
        let shown = classes.map { names.indices.contains($0) ? names[$0] : "class \($0)" }
        return shown.isEmpty ? "no class" : shown.joined(separator: ", ")
    }
}
