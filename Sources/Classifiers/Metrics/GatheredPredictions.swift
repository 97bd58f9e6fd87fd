import TensorCore
import TrainingInterfaces

/// Class scores or class numbers of all samples of an evaluation, and what would have been right.
///
/// Predictions are an array of scores `[N, K]`, an array of class numbers `[N]`, or a list of samples
/// that hold `pred_score` or `pred_label` each. What is right stands in the batch under `gt_label` or
/// `gt_score` (in it, or in its `data_samples`), or in the samples of the list.
struct GatheredPredictions {
    /// The metric that gathers, for messages.
    let metric: String
    private(set) var scores: [Float] = []
    private(set) var classCount: Int?
    /// Predicted classes, where there are no scores.
    private(set) var predicted: [Int] = []
    /// The right class of each sample.
    private(set) var labels: [Int64] = []
    /// The right classes of each sample as numbers from 0 to 1, where a sample may have several.
    private(set) var targets: [Float] = []
    private(set) var count = 0

    init(_ metric: String) { self.metric = metric }

    /// The scores as `[N, K]`; nil where classes were predicted.
    var scoreTable: PlainTensor? {
        guard let classCount, predicted.isEmpty else { return nil }
        return PlainTensor(scores, shape: [count, classCount])
    }

    // MARK: One class a sample

    /// Takes in predictions of samples with one right class each.
    mutating func addLabelled(_ batch: Batch, _ predictions: DataValue) throws {
        let count = try addPredictions(predictions)
        let right = try rightParts(batch, predictions, "gt_label").flatMap { part in
            try Self.integers(part) ?? { throw missing("gt_label", count) }()
        }
        guard right.count == count else { throw missing("gt_label", count) }
        labels += right
        self.count += count
    }

    // MARK: Several classes a sample

    /// Takes in scores of samples with any number of right classes.
    mutating func addMultiLabelled(_ batch: Batch, _ predictions: DataValue) throws {
        let count = try addPredictions(predictions)
        guard let classes = classCount, predicted.isEmpty else {
            throw BatchError("\(metric): expected class scores as predictions, got class numbers")
        }
        if let parts = try? rightParts(batch, predictions, "gt_score") {
            let values = parts.flatMap { Self.array($0)?.floats ?? [] }
            guard values.count == count * classes else { throw missing("gt_score", count) }
            targets += values
        } else {
            for part in try labelLists(batch, predictions, count) {
                targets += try oneHot(part, classes)
            }
        }
        self.count += count
    }

    /// The right classes of each sample.
    private func labelLists(_ batch: Batch, _ predictions: DataValue, _ count: Int) throws
        -> [[Int64]]
    {
        let parts = try rightParts(batch, predictions, "gt_label")
        if parts.count == 1, let array = Self.array(parts[0]), array.shape.first == count,
            let numbers = array.integers
        {
            let width = max(1, numbers.count / max(1, count))
            return (0..<count).map { Array(numbers[($0 * width)..<(($0 + 1) * width)]) }
        }
        let lists = parts.count == count ? parts : parts.first.flatMap(Self.elements) ?? []
        guard lists.count == count else { throw missing("gt_label", count) }
        return try lists.map { try Self.integers($0) ?? { throw missing("gt_label", count) }() }
    }

    private func oneHot(_ labels: [Int64], _ classes: Int) throws -> [Float] {
        var row = [Float](repeating: 0, count: classes)
        for label in labels {
            guard let place = Int(exactly: label), row.indices.contains(place) else {
                throw BatchError("\(metric): class \(label) of a sample is none of the \(classes)")
            }
            row[place] = 1
        }
        return row
    }

    // MARK: Predictions

    private mutating func addPredictions(_ predictions: DataValue) throws -> Int {
        switch predictions {
        case .array(let array) where array.shape.count == 2:
            return try add(scores: array.floats, rows: array.shape[0], classes: array.shape[1])
        case .array(let array) where array.shape.count == 1:
            predicted += try whole(array)
            return array.shape[0]
        case .list(let samples), .tuple(let samples):
            for sample in samples { try add(sample: sample) }
            return samples.count
        default:
            throw BatchError(
                "\(metric): predictions are neither scores, class numbers nor a list of samples")
        }
    }

    private mutating func add(sample: DataValue) throws {
        guard case .dictionary(let fields) = sample else {
            throw BatchError("\(metric): a predicted sample is no dictionary")
        }
        if let array = fields["pred_score"].flatMap(Self.array) {
            _ = try add(scores: array.floats, rows: 1, classes: array.floats.count)
        } else if let label = fields["pred_label"].flatMap({ try? Self.integers($0) })?.first {
            if let count = fields["num_classes"], case .int(let classes) = count {
                classCount = classes
            }
            predicted.append(Int(label))
        } else {
            throw BatchError("\(metric): a predicted sample has neither pred_score nor pred_label")
        }
    }

    private mutating func add(scores: [Float], rows: Int, classes: Int) throws -> Int {
        if let classCount, classCount != classes {
            throw BatchError("\(metric): scores of \(classes) classes follow ones of \(classCount)")
        }
        classCount = classes
        self.scores += scores
        return rows
    }

    private func whole(_ array: PlainTensor) throws -> [Int] {
        if let integers = array.integers { return integers.map(Int.init) }
        return try array.floats.map { number in
            guard let label = Int(exactly: number) else {
                throw BatchError("\(metric): \(number) is no class number")
            }
            return label
        }
    }

    // MARK: What is right

    private func rightParts(_ batch: Batch, _ predictions: DataValue, _ key: String) throws
        -> [DataValue]
    {
        if let part = batch[key] { return [part] }
        if let samples = batch["data_samples"] {
            if case .dictionary(let fields) = samples, let part = fields[key] { return [part] }
            if let parts = Self.parts(of: samples, key) { return parts }
        }
        if let parts = Self.parts(of: predictions, key) { return parts }
        throw missing(key, batch.sampleCount)
    }

    private static func parts(of samples: DataValue, _ key: String) -> [DataValue]? {
        guard let samples = elements(samples), !samples.isEmpty else { return nil }
        let parts = samples.compactMap { sample -> DataValue? in
            guard case .dictionary(let fields) = sample else { return nil }
            return fields[key]
        }
        return parts.count == samples.count ? parts : nil
    }

    private static func elements(_ value: DataValue) -> [DataValue]? {
        switch value {
        case .list(let parts), .tuple(let parts): parts
        default: nil
        }
    }

    private static func array(_ value: DataValue) -> PlainTensor? {
        if case .array(let array) = value { array } else { nil }
    }

    /// The whole numbers of a value; nil where it holds others.
    private static func integers(_ value: DataValue) throws -> [Int64]? {
        switch value {
        case .int(let number): [Int64(number)]
        case .array(let array): array.integers
        case .list(let parts), .tuple(let parts):
            try parts.reduce([Int64]?.some([])) { all, part in
                try integers(part).flatMap { more in all.map { $0 + more } }
            }
        default: nil
        }
    }

    private func missing(_ key: String, _ count: Int) -> BatchError {
        BatchError("\(metric): the batch has no \"\(key)\" for its \(count) samples")
    }
}
