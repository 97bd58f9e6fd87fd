import TensorCore
import TrainingInterfaces

/// The same part of each sample of a batch.
struct StackedParts {
    let values: [DataValue]
    let names: [String]
    /// The way to the part in its sample, for messages.
    let path: String

    func collated() throws(DataError) -> DataValue {
        switch values.first {
        case nil, .some(.none): .none
        case .bool:
            integers(
                try each("a truth value") {
                    if case .bool(let value) = $0 { value ? 1 : 0 } else { nil }
                })
        case .int:
            integers(
                try each("an integer") {
                    if case .int(let value) = $0 { Int64(value) } else { nil }
                })
        case .double:
            floats(
                try each("a number") { value -> Float? in
                    switch value {
                    case .double(let number): Float(number)
                    case .int(let number): Float(number)
                    default: nil
                    }
                })
        case .string:
            .list(try each("a text") { if case .string = $0 { $0 } else { nil } })
        case .array:
            .array(try stacked())
        case .tuple:
            .tuple(
                try transposed(
                    try each("a tuple") { if case .tuple(let parts) = $0 { parts } else { nil } }))
        case .list:
            .list(
                try transposed(
                    try each("a list") { if case .list(let parts) = $0 { parts } else { nil } }))
        case .dictionary(let first):
            try dictionary(like: first)
        }
    }

    private func integers(_ values: [Int64]) -> DataValue {
        .array(PlainTensor(values, shape: [values.count]))
    }

    private func floats(_ values: [Float]) -> DataValue {
        .array(PlainTensor(values, shape: [values.count]))
    }

    private func dictionary(like first: DataDictionary) throws(DataError) -> DataValue {
        let all = try each("a dictionary") { value -> DataDictionary? in
            if case .dictionary(let fields) = value { fields } else { nil }
        }
        var result = DataDictionary()
        for key in first.keys {
            var parts: [DataValue] = []
            for (fields, name) in zip(all, names) {
                guard let part = fields[key] else {
                    throw failure(name, "has no \"\(key)\", \(names[0]) has one")
                }
                parts.append(part)
            }
            let below = path.isEmpty ? key : "\(path).\(key)"
            result[key] =
                key == "img_metas"
                ? .list(parts)
                : try StackedParts(values: parts, names: names, path: below).collated()
        }
        return .dictionary(result)
    }

    private func transposed(_ rows: [[DataValue]]) throws(DataError) -> [DataValue] {
        for (row, name) in zip(rows, names) where row.count != rows[0].count {
            throw failure(
                name, "\(label)has \(row.count) parts, that of \(names[0]) has \(rows[0].count)")
        }
        var columns: [DataValue] = []
        for place in rows[0].indices {
            let parts = StackedParts(
                values: rows.map { $0[place] }, names: names, path: "\(path)[\(place)]")
            columns.append(try parts.collated())
        }
        return columns
    }

    private func stacked() throws(DataError) -> PlainTensor {
        let arrays = try each("an array") { value -> PlainTensor? in
            if case .array(let array) = value { array } else { nil }
        }
        let shape = arrays[0].shape
        for (array, name) in zip(arrays, names) where array.shape != shape {
            throw failure(
                name,
                "\(label)has shape \(array.shape), that of \(names[0]) has \(shape)"
                    + "; resize or crop to one size")
        }
        let whole = [arrays.count] + shape
        switch arrays[0].elements {
        case .uint8:
            return PlainTensor(
                try joined(arrays) { if case .uint8(let values) = $0 { values } else { nil } },
                shape: whole)
        case .int64:
            return PlainTensor(
                try joined(arrays) { if case .int64(let values) = $0 { values } else { nil } },
                shape: whole)
        case .float32:
            return PlainTensor(
                try joined(arrays) { if case .float32(let values) = $0 { values } else { nil } },
                shape: whole)
        }
    }

    private func joined<Element>(
        _ arrays: [PlainTensor], _ values: (PlainTensor.Elements) -> [Element]?
    ) throws(DataError) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(arrays.count * arrays[0].shape.elementCount)
        for (array, name) in zip(arrays, names) {
            guard let elements = values(array.elements) else {
                throw failure(name, "\(label)has another element type than that of \(names[0])")
            }
            result.append(contentsOf: elements)
        }
        return result
    }

    /// What `read` makes of every value; the first it cannot read is an error.
    private func each<Result>(_ kind: String, _ read: (DataValue) -> Result?) throws(DataError)
        -> [Result]
    {
        var results: [Result] = []
        results.reserveCapacity(values.count)
        for (value, name) in zip(values, names) {
            guard let result = read(value) else {
                throw failure(name, "\(label)is not \(kind), that of \(names[0]) is")
            }
            results.append(result)
        }
        return results
    }

    private var label: String { path.isEmpty ? "the sample " : "\"\(path)\" " }

    private func failure(_ name: String, _ reason: String) -> DataError {
        DataError(file: name, reason: "cannot be batched: \(reason)", kind: .unfit)
    }
}
