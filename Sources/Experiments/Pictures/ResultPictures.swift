public import ConfigCore
import Foundation
import ImageData
import WorkflowRunner

/// The images that a model is surest of, rightly and wrongly, of a test's results.
///
/// Source: `analyze_results.py` of MMClassification and of MMPretrain.
public struct ResultPictures {
    private struct Result {
        let index: Int
        let file: String?
        let score: Double
        let label: Int
        let predicted: String
        let trueLabel: Int
        let truth: String
    }

    private let dataset: any Dataset
    private let results: [Result]

    /// Reads a test's results, and builds the data they were made of.
    ///
    /// - Parameters:
    ///   - file: What `tools/test --out` wrote: a table with `pred_score`, `pred_label` and `pred_class`, or the
    ///     samples of a new-style test.
    ///   - config: The config of the test, in either style.
    ///   - registries: What configs may name.
    /// - Throws: `UsageError`, `ConfigError`, `DataError`.
    public init(_ file: String, _ config: LoadedConfig, _ registries: Registries) throws {
        let predictions = try WrittenPredictions(file)
        let experiment = try Experiment(config.root, registries)
        let phase =
            experiment.loaders["test"] == nil && experiment.style == .legacy ? "val" : "test"
        let loader = try RunComponents.loader(phase, experiment)
        let dataset = try buildDataset(
            loader.dataset, at: loader.path, registries: registries,
            style: experiment.pipelineStyle)
        guard predictions.fit(dataset.count) else {
            throw UsageError(
                "\(file): \(predictions.samples.count) results for \(dataset.count) images of "
                    + "\(loader.path); name the config of the test")
        }
        let names = dataset.classNames ?? []
        results = try predictions.samples.map { prediction in
            let index = prediction.index
            guard let truth = dataset.label(at: index) else {
                throw UsageError(
                    "\(loader.path): its images have not one class each, so that none is right or "
                        + "wrong")
            }
            if let tested = prediction.truth, tested != truth {
                throw UsageError(
                    "\(file): sample \(index) was of class \(tested) and is of class \(truth) in "
                        + "\(loader.path); name the config of the test")
            }
            func name(_ label: Int) -> String {
                names.indices.contains(label) ? names[label] : "\(label)"
            }
            return Result(
                index: index, file: try dataset.sample(at: index).file, score: prediction.score,
                label: prediction.label, predicted: prediction.name ?? name(prediction.label),
                trueLabel: truth, truth: name(truth))
        }
        self.dataset = dataset
    }

    /// Writes the images into the folders `success` and `fail`, the surest first, and what is known of them
    /// as `success/success.json` and `fail/fail.json`.
    ///
    /// - Parameters:
    ///   - folder: Where the folders go, which are made.
    ///   - count: How many images each gets at most.
    ///   - scale: By how much images are enlarged; by default small ones, until their text fits.
    /// - Returns: How many images each got.
    /// - Throws: `DataError` for an image that cannot be read, `DrawingError`, `UsageError`.
    public func write(
        to folder: String, count: Int, scale: Double? = nil
    ) throws -> (success: Int, fail: Int) {
        let sorted = results.sorted { $0.score > $1.score }
        let right = sorted.filter { $0.label == $0.trueLabel }.prefix(count)
        let wrong = sorted.filter { $0.label != $0.trueLabel }.prefix(count)
        try write(Array(right), to: folder, "success", scale)
        try write(Array(wrong), to: folder, "fail", scale)
        return (right.count, wrong.count)
    }

    private func write(
        _ results: [Result], to folder: String, _ name: String, _ scale: Double?
    ) throws {
        let folder = "\(folder)/\(name)"
        var pictureNames = PictureNames()
        for result in results {
            let image = try originalImage(of: dataset, at: result.index)
            let picture = try PredictionPicture(
                image, label: result.predicted, score: result.score, truth: result.truth,
                scale: scale)
            let file = result.file.map { URL(fileURLWithPath: $0).lastPathComponent }
            try picture.write(
                to: "\(folder)/\(pictureNames.name(for: file, at: result.index)).png")
        }
        let rows: [[String: Any]] = results.map {
            [
                "filename": $0.file ?? "", "gt_label": $0.trueLabel, "gt_class": $0.truth,
                "pred_score": $0.score, "pred_label": $0.label, "pred_class": $0.predicted,
            ]
        }
        let path = "\(folder)/\(name).json"
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            let data = try JSONSerialization.data(
                withJSONObject: rows, options: [.sortedKeys, .prettyPrinted])
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw UsageError("\(path): cannot write: \(SystemError.reason(error))")
        }
    }
}

/// The image of an element as it is stored.
func originalImage(of dataset: any Dataset, at index: Int) throws -> Image {
    let sample = try dataset.sample(at: index)
    if let image = sample.image { return image }
    guard let file = sample.file else {
        throw DataError(file: "sample \(index)", reason: "names no image file", kind: .unfit)
    }
    return try LoadImageFromFile().decode(file)
}
