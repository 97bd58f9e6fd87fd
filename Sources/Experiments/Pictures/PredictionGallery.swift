import Foundation
import ImageData
import TensorCore
import TrainingInterfaces

/// Writes the images of a test with what the model said of them, each under the name of its file.
///
/// Source: `tools/test.py --show-dir` of MMClassification.
final class PredictionGallery {
    private let folder: String
    private let dataset: any Dataset
    private let classNames: [String]
    private let interval: Int
    /// Where each image of the data set stands, by its file.
    private var places: [String: Int] = [:]
    private var count = 0
    private var names = PictureNames()

    /// A gallery in a folder, which is made, of every `interval`th image.
    init(
        _ folder: String, _ dataset: any Dataset, classNames: [String]?, every interval: Int = 1
    ) throws {
        self.folder = folder
        self.dataset = dataset
        self.classNames = classNames ?? []
        self.interval = max(1, interval)
        for index in 0..<dataset.count {
            if let file = try dataset.sample(at: index).file { places[file] = index }
        }
    }

    /// Draws a batch: the best class of each image, or of several labels all that are more likely than not.
    func add(_ batch: Batch, _ predictions: PlainTensor) throws {
        let width = max(1, predictions.shape.last ?? 1)
        let scores = predictions.floats
        for row in 0..<batch.sampleCount {
            defer { count += 1 }
            guard count.isMultiple(of: interval) else { continue }
            let meta = Self.meta(batch, row)
            let index = meta?.file.flatMap { places[$0] } ?? count
            guard index < dataset.count, (row + 1) * width <= scores.count else { continue }
            let sample = try dataset.sample(at: index)
            let values = Array(scores[(row * width)..<((row + 1) * width)])
            let (label, score) = prediction(values, isMultiple: Self.hasSeveralLabels(sample))
            let picture = try PredictionPicture(
                originalImage(of: dataset, at: index), label: label, score: score,
                truth: dataset.label(at: index).map(name))
            let file = meta?.name ?? sample.file.map(Self.lastName) ?? "\(index)"
            try picture.write(to: "\(folder)/\(names.name(for: file, at: index)).png")
        }
    }

    private func prediction(_ scores: [Float], isMultiple: Bool) -> (String, Double?) {
        guard !isMultiple else {
            let chosen = scores.indices.filter { scores[$0] > 0.5 }.map(name)
            return (chosen.isEmpty ? "none" : chosen.joined(separator: ", "), nil)
        }
        let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
        return (name(best), Double(scores.indices.contains(best) ? scores[best] : 0))
    }

    private func name(_ label: Int) -> String {
        classNames.indices.contains(label) ? classNames[label] : "\(label)"
    }

    private static func lastName(_ file: String) -> String {
        URL(fileURLWithPath: file).lastPathComponent
    }

    private static func hasSeveralLabels(_ sample: Sample) -> Bool {
        guard case .array(let labels) = sample["gt_label"] else { return false }
        return labels.shape.reduce(1, *) > 1
    }

    /// The file of an image as it was loaded, and as its data set lists it.
    private static func meta(_ batch: Batch, _ row: Int) -> (file: String?, name: String?)? {
        guard case .list(let metas) = batch["img_metas"], metas.indices.contains(row),
            case .dictionary(let meta) = metas[row]
        else { return nil }
        func text(_ key: String) -> String? {
            if case .string(let text) = meta[key] { text } else { nil }
        }
        let name = text("ori_filename").flatMap { $0.hasPrefix("/") ? nil : $0 }
        return (text("filename") ?? text("img_path"), name)
    }
}
