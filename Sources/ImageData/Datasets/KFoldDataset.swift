import ConfigCore

/// One part of a data set that is cut into several for cross-validation, or all but that part.
///
/// Source: `KFoldDataset` of MMClassification; a seed shuffles as NumPy's `default_rng` does.
package enum KFoldDataset {
    static func read(from reader: inout ConfigReader, _ context: BuildContext) throws
        -> ArrangedDataset
    {
        let dataset = try reader.wrappedDataset(context)
        let splits = try reader.value("num_splits", default: 5)
        guard splits > 0 else { throw reader.failure("num_splits", "must be positive") }
        let fold = try reader.value("fold", default: 0)
        guard (0..<splits).contains(fold) else {
            throw reader.failure("fold", "must be from 0 to \(splits - 1)")
        }
        let seed: Int? = try reader.optional("seed")
        if let seed, seed < 0 { throw reader.failure("seed", "must be 0 or more") }
        let isTest = try reader.value("test_mode", default: false)
        return ArrangedDataset(
            dataset,
            order: order(of: dataset.count, fold: fold, of: splits, seed: seed, isTest: isTest))
    }

    /// The places of the elements of a fold, or of all others.
    package static func order(of count: Int, fold: Int, of splits: Int, seed: Int?, isTest: Bool)
        -> [Int]
    {
        var indices = Array(0..<count)
        if let seed {
            var generator = NumPyGenerator(seed: UInt64(seed))
            generator.shuffle(&indices)
        }
        let start = count * fold / splits
        let end = count * (fold + 1) / splits
        return isTest ? Array(indices[start..<end]) : Array(indices[..<start] + indices[end...])
    }
}
