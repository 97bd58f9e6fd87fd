public import ConfigCore
import Foundation
import ImageData
import WorkflowRunner

/// The images that a model is surest of, rightly and wrongly, of a test's results.
///
/// Source: `analyze_results.py` of MMClassification.
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
    ///   - file: What `tools/test --out` wrote, with `pred_score`, `pred_label` and `pred_class`.
    ///   - config: The config of the test, in either style.
    ///   - registries: What configs may name.
    /// - Throws: `UsageError`, `ConfigError`, `DataError`.
    public init(_ file: String, _ config: LoadedConfig, _ registries: Registries) throws {
        let predictions = try Self.predictions(file)
        let experiment = try Experiment(config.root, registries)
        let phase =
            experiment.loaders["test"] == nil && experiment.style == .legacy ? "val" : "test"
        let loader = try RunComponents.loader(phase, experiment)
        let dataset = try buildDataset(
            loader.dataset, at: loader.path, registries: registries,
            style: experiment.pipelineStyle)
        guard predictions.count == dataset.count else {
            throw UsageError(
                "\(file): \(predictions.count) results for \(dataset.count) images of data.\(phase); "
                    + "name the config of the test")
        }
        let names = dataset.classNames ?? []
        results = try predictions.enumerated().map { index, prediction in
            guard let truth = dataset.label(at: index) else {
                throw UsageError(
                    "data.\(phase): its images have not one class each, so that none is right or "
                        + "wrong")
            }
            return Result(
                index: index, file: try dataset.sample(at: index).file, score: prediction.score,
                label: prediction.label, predicted: prediction.name, trueLabel: truth,
                truth: names.indices.contains(truth) ? names[truth] : "\(truth)")
        }
        self.dataset = dataset
    }

    /// Writes the images into the folders `success` and `fail`, the surest first, and what is known of them
    /// as `success/success.json` and `fail/fail.json`.
    ///
    /// - Parameters:
    ///   - folder: Where the folders go, which are made.
    ///   - count: How many images each gets at most.
    /// - Returns: How many images each got.
    /// - Throws: `DataError` for an image that cannot be read, `DrawingError`, `UsageError`.
    public func write(to folder: String, count: Int) throws -> (success: Int, fail: Int) {
        let sorted = results.sorted { $0.score > $1.score }
        let right = sorted.filter { $0.label == $0.trueLabel }.prefix(count)
        let wrong = sorted.filter { $0.label != $0.trueLabel }.prefix(count)
        try write(Array(right), to: folder, "success")
        try write(Array(wrong), to: folder, "fail")
        return (right.count, wrong.count)
    }

    private func write(_ results: [Result], to folder: String, _ name: String) throws {
        let folder = "\(folder)/\(name)"
        var taken: Set<String> = []
        for result in results {
            let image = try originalImage(of: dataset, at: result.index)
            let picture = try PredictionPicture(
                image, label: result.predicted, score: result.score, truth: result.truth)
            let stem = result.file.map {
                URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent
            }
            var file = stem ?? "\(result.index)"
            // Files of several folders may have one name.
            if !taken.insert(file).inserted {
                file += "_\(result.index)"
                taken.insert(file)
            }
            try picture.write(to: "\(folder)/\(file).png")
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

    private static func predictions(_ file: String) throws -> [(
        score: Double, label: Int, name: String
    )] {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw UsageError("\(file): no such file; tools/test --out writes one")
        }
        let node = try ConfigNode(json: Array(data), name: file)
        func list<Value>(_ key: String, _ value: (ConfigNode) -> Value?) throws -> [Value] {
            guard let list = node[key]?.list else {
                throw DataError(
                    file: file, reason: "has no \(key); test again with --out-items all",
                    kind: .unfit
                )
            }
            let values = list.compactMap(value)
            guard values.count == list.count else {
                throw DataError(file: file, reason: "\(key) is of another kind", kind: .unfit)
            }
            return values
        }
        let scores = try list("pred_score", \.double)
        let labels = try list("pred_label", \.int)
        let names = try list("pred_class", \.string)
        guard scores.count == labels.count, scores.count == names.count else {
            throw DataError(
                file: file, reason: "pred_score, pred_label and pred_class differ in length",
                kind: .unfit)
        }
        return scores.indices.map { (scores[$0], labels[$0], names[$0]) }
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
