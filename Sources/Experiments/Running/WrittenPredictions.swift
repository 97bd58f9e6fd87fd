import ImageData
import TorchFile

/// The best class of every sample, from a file that `tools/test --out` wrote.
struct WrittenPredictions {
    /// What was said of a sample.
    struct Sample {
        /// Its place in the data.
        let index: Int
        let label: Int
        let score: Double
        /// The class's name, where the file has it.
        let name: String?
        /// The true class, where the file has it.
        let truth: Int?
    }

    let samples: [Sample]
    /// Whether the file says of each sample which it is.
    let isNumbered: Bool
    private let file: String

    /// Reads a table of a legacy test, or the samples that a new-style one dumped.
    ///
    /// Errors: throws `DataError`, `UsageError`, `CheckpointError`.
    init(_ file: String) throws {
        self.file = file
        let value = try ResultFile.read(file)
        if let rows = value.elements {
            isNumbered = rows.allSatisfy { $0["sample_idx"] != nil }
            samples = try Self.dumped(rows, file)
        } else {
            isNumbered = false
            samples = try Self.table(value, file)
        }
    }

    /// Whether every sample stands for one of a data set of that size.
    func fit(_ count: Int) -> Bool {
        isNumbered
            ? samples.allSatisfy { (0..<count).contains($0.index) } : samples.count == count
    }

    // MARK: Tables

    private static func table(_ value: TorchValue, _ file: String) throws -> [Sample] {
        let scores = try numbers(value, "pred_score", file)
        let labels = try numbers(value, "pred_label", file)
        guard let list = value["pred_class"]?.elements else { throw missing("pred_class", file) }
        let names = list.compactMap(\.string)
        guard names.count == list.count else { throw unfit("pred_class is of another kind", file) }
        guard scores.count == labels.count, scores.count == names.count else {
            throw unfit("pred_score, pred_label and pred_class differ in length", file)
        }
        return try scores.indices.map { index in
            guard let label = Int(exactly: labels[index]) else {
                throw unfit("pred_label is of another kind", file)
            }
            // Scores are single-precision numbers, which JSON has with more digits.
            return Sample(
                index: index, label: label, score: Double(Float(scores[index])),
                name: names[index], truth: nil)
        }
    }

    private static func numbers(
        _ value: TorchValue, _ key: String, _ file: String
    ) throws -> [Double] {
        guard let found = value[key] else { throw missing(key, file) }
        if let tensor = found.tensor { return try tensor.doubleValues() }
        let list = found.elements ?? []
        let values = list.compactMap { $0.double }
        guard found.elements != nil, values.count == list.count else {
            throw unfit("\(key) is of another kind", file)
        }
        return values
    }

    // MARK: Dumped samples

    private static func dumped(_ rows: [TorchValue], _ file: String) throws -> [Sample] {
        try rows.enumerated().map { place, row in
            guard let scores = try row["pred_score"]?.tensor?.doubleValues(),
                let label = try row["pred_label"].flatMap({ try whole($0) }),
                let score = scores.indices.contains(label) ? scores[label] : scores.max()
            else {
                throw unfit(
                    "sample \(place) has not one pred_label and a pred_score; write it by tools/test "
                        + "--out of a config with one class a sample", file)
            }
            return Sample(
                index: row["sample_idx"]?.int ?? place, label: label, score: score, name: nil,
                truth: try row["gt_label"].flatMap { try whole($0) })
        }
    }

    /// A whole number, which may stand alone in a tensor.
    private static func whole(_ value: TorchValue) throws -> Int? {
        if let number = value.int { return number }
        guard let values = try value.tensor?.int64Values(), values.count == 1 else { return nil }
        return Int(values[0])
    }

    private static func missing(_ key: String, _ file: String) -> DataError {
        unfit("has no \(key); test again with --out-items all", file)
    }

    private static func unfit(_ reason: String, _ file: String) -> DataError {
        DataError(file: file, reason: reason, kind: .unfit)
    }
}
