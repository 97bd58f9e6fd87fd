import Drawing
import Foundation
import TensorCore
import TrainingInterfaces

/// The images of a batch as they were before the model, with what it predicted.
struct SampleDrawing {
    private let batch: Batch
    private let scores: [Double]
    private let width: Int
    private let classNames: [String]?
    /// The classes of each image that count as predicted, where the model chooses them.
    private let chosen: [[Int]]?

    /// The batch that a run has just evaluated; nil where it has no images or no scores.
    init?(_ runner: BaseRunner) {
        guard let batch = runner.dataBatch, batch.array("img") ?? batch.array("inputs") != nil,
            let predictions = runner.evaluation?.predictions, predictions.shape.count == 2
        else { return nil }
        self.batch = batch
        scores = predictions.floats.map(Double.init)
        width = predictions.shape[1]
        chosen = try? (runner.model as? any LabelPredicting)?.predictedLabels(predictions)
        classNames = runner.dataLoader?.classNames
    }

    /// How many images there are.
    var count: Int { batch.sampleCount }

    /// What an image is called: its file's name, else a number.
    func name(_ place: Int, number: Int) -> String {
        guard case .string(let file) = meta(place, "img_path") ?? meta(place, "filename") else {
            return "\(number)"
        }
        return URL(fileURLWithPath: file).lastPathComponent
    }

    /// The pixels of an image, its normalisation undone.
    func image(_ place: Int) -> Raster? {
        guard let images = batch.array("img") ?? batch.array("inputs"), images.shape.count == 4
        else { return nil }
        let (channels, height, width) = (images.shape[1], images.shape[2], images.shape[3])
        guard channels == 1 || channels == 3 else { return nil }
        let size = height * width
        let start = place * channels * size
        let bytes = bytes(images, start..<(start + channels * size), place, size)
        var pixels = [UInt8](repeating: 0, count: 3 * size)
        for pixel in 0..<size {
            for part in 0..<3 {
                pixels[3 * pixel + part] = bytes[(channels == 1 ? 0 : part) * size + pixel]
            }
        }
        return Raster(width: width, height: height, pixels: pixels)
    }

    private func bytes(_ images: PlainTensor, _ range: Range<Int>, _ place: Int, _ size: Int)
        -> [UInt8]
    {
        if case .uint8(let values) = images.elements { return Array(values[range]) }
        var values = Array(images.floats[range])
        let count = range.count / size
        if let norm = normalization(place, count) {
            for channel in 0..<count {
                for pixel in (channel * size)..<((channel + 1) * size) {
                    values[pixel] = values[pixel] * norm.deviation[channel] + norm.mean[channel]
                }
            }
            if norm.isRGB, count == 3 {
                for pixel in 0..<size { values.swapAt(pixel, 2 * size + pixel) }
            }
        } else if let low = values.min(), let high = values.max(), low < 0 || high > 255 {
            values = values.map { ($0 - low) * (255 / (high - low)) }
        }
        return values.map { UInt8(clamping: Int($0.rounded())) }
    }

    private func normalization(_ place: Int, _ channels: Int) -> (
        mean: [Float], deviation: [Float], isRGB: Bool
    )? {
        guard case .dictionary(let config) = meta(place, "img_norm_cfg"),
            case .array(let mean) = config["mean"], case .array(let deviation) = config["std"],
            mean.floats.count == channels, deviation.floats.count == channels
        else { return nil }
        return (mean.floats, deviation.floats, config["to_rgb"] == .bool(true))
    }

    private func meta(_ place: Int, _ key: String) -> DataValue? {
        guard case .list(let metas) = batch["img_metas"], metas.indices.contains(place),
            case .dictionary(let meta) = metas[place]
        else { return nil }
        return meta[key]
    }

    /// The classes of an image, and what was predicted.
    func sample(_ place: Int) -> VisualizedSample {
        let start = place * width
        let own = start + width <= scores.count ? Array(scores[start..<(start + width)]) : []
        let truth = batch.array("gt_label").map { labels($0, place) }
        let hasSeveral = (batch.array("gt_label")?.shape.count ?? 1) > 1
        let best = own.indices.max { own[$0] < own[$1] }.map { [$0] } ?? []
        let likely = Array(own.indices).filter { own[$0] > 0.5 }
        return VisualizedSample(
            truth: truth, predicted: chosen?[place] ?? (hasSeveral ? likely : best), scores: own,
            classNames: classNames)
    }

    private func labels(_ labels: PlainTensor, _ place: Int) -> [Int] {
        let values: [Int] =
            if case .int64(let values) = labels.elements {
                values.map(Int.init)
            } else {
                labels.floats.map { Int($0) }
            }
        let width = labels.shape.count > 1 ? labels.shape[1] : 1
        guard (place + 1) * width <= values.count else { return [] }
        let own = Array(values[(place * width)..<((place + 1) * width)])
        return width == 1 ? own : own.indices.filter { own[$0] > 0 }
    }
}
