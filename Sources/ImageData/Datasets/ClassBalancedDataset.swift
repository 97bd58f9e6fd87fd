import ConfigCore

/// A data set in which elements of rare classes come several times.
///
/// Source: `ClassBalancedDataset` of MMClassification (the repeat factor of LVIS): a class that less than
/// the share `oversample_thr` of all elements has is repeated by the root of the ratio.
enum ClassBalancedDataset {
    static func read(from reader: inout ConfigReader, _ context: BuildContext) throws
        -> ArrangedDataset
    {
        let dataset = try reader.wrappedDataset(context)
        let threshold: Double = try reader.required("oversample_thr")
        reader.ignore("lazy_init")
        guard threshold > 0 else { throw reader.failure("oversample_thr", "must be positive") }
        let classes = try (0..<dataset.count).map { place in
            let classes = dataset.classes(at: place)
            guard !classes.isEmpty else {
                throw reader.failure("dataset", "element \(place) has no class")
            }
            return classes
        }
        return ArrangedDataset(dataset, order: order(of: classes, threshold: threshold))
    }

    /// The places of the elements, each as often as its rarest class asks for.
    static func order(of classes: [Set<Int>], threshold: Double) -> [Int] {
        var counts: [Int: Int] = [:]
        for label in classes.joined() { counts[label, default: 0] += 1 }
        let factors = counts.mapValues { count in
            max(1, (threshold / (Double(count) / Double(classes.count))).squareRoot())
        }
        return classes.enumerated().flatMap { place, labels in
            let factor = labels.compactMap { factors[$0] }.max() ?? 1
            return Array(repeating: place, count: Int(factor.rounded(.up)))
        }
    }
}

extension ConfigReader {
    /// Reads the data set under `dataset`.
    mutating func wrappedDataset(_ context: BuildContext) throws -> any Dataset {
        let registry = try context.value(Registry<any Dataset>.self)
        guard let dataset = try build("dataset", from: registry, context) else {
            throw failure("dataset", "required key is missing")
        }
        return dataset
    }
}
