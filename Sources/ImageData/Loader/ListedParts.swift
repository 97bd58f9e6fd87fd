import TensorCore
import TrainingInterfaces

/// The same part of each sample of a batch, to be put side by side without being stacked.
///
/// Source: `pseudo_collate` of MMEngine.
struct ListedParts {
    let values: [DataValue]
    let names: [String]

    func collated() throws(DataError) -> DataValue {
        switch values.first {
        case .dictionary(let first): .dictionary(try fields(like: first))
        case .tuple(let first): .tuple(try columns(first.count))
        case .list(let first): .list(try columns(first.count))
        default: .list(values)
        }
    }

    private func fields(like first: DataDictionary) throws(DataError) -> DataDictionary {
        var result = DataDictionary()
        for key in first.keys {
            var parts: [DataValue] = []
            for (value, name) in zip(values, names) {
                guard case .dictionary(let fields) = value, let part = fields[key] else {
                    throw failure(name, "has no \"\(key)\", \(names[0]) has one")
                }
                parts.append(part)
            }
            // A sample's description stays one piece.
            result[key] =
                key == "img_metas"
                ? .list(parts) : try ListedParts(values: parts, names: names).collated()
        }
        return result
    }

    private func columns(_ count: Int) throws(DataError) -> [DataValue] {
        var rows: [[DataValue]] = []
        for (value, name) in zip(values, names) {
            switch value {
            case .tuple(let parts) where parts.count == count,
                .list(let parts) where parts.count == count:
                rows.append(parts)
            default: throw failure(name, "has other parts than that of \(names[0])")
            }
        }
        var result: [DataValue] = []
        for place in 0..<count {
            result.append(
                try ListedParts(values: rows.map { $0[place] }, names: names).collated())
        }
        return result
    }

    private func failure(_ name: String, _ reason: String) -> DataError {
        DataError(file: name, reason: "cannot be batched: \(reason)", kind: .unfit)
    }
}
