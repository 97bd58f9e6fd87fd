import NeuralNet
import TensorCore
import TrainingInterfaces

/// What a batch says of its samples, in one form for all collate functions.
struct SampleFields {
    /// Each field's values for all samples.
    let fields: DataDictionary

    /// Reads `data_samples`: a dictionary of fields, or a list with a dictionary a sample.
    init(_ samples: DataValue?) throws {
        switch samples {
        case .dictionary(let fields): self.fields = fields
        case .list(let list), .tuple(let list):
            let all = try list.map { sample in
                guard case .dictionary(let fields) = sample else {
                    throw BatchError("batch: a part of \"data_samples\" is \(sample.kind)")
                }
                return fields
            }
            fields = DataDictionary(
                (all.first?.keys ?? []).map { key in
                    (key, .list(all.map { $0[key] ?? .none }))
                })
        default: fields = DataDictionary()
        }
    }

    /// A batch of `inputs` and `data_samples`, as preprocessors for any model leave it, with images under
    /// `img` and what is known of them beside it.
    static func spread(_ batch: Batch) throws -> Batch {
        guard case .dictionary(var fields) = batch.value, fields["img"] == nil,
            let images = fields["inputs"]
        else { return batch }
        for (key, value) in try SampleFields(fields["data_samples"]).fields.entries {
            fields[key] = ["gt_label", "gt_score"].contains(key) ? joined(value) : value
        }
        (fields["img"], fields["inputs"], fields["data_samples"]) = (images, nil, nil)
        return Batch(.dictionary(fields), sampleCount: batch.sampleCount)
    }

    /// Numbers of the samples as one array, where each has as many.
    static func joined(_ value: DataValue) -> DataValue {
        guard case .list(let parts) = value else { return value }
        let arrays = parts.compactMap(array)
        guard let first = arrays.first, arrays.count == parts.count,
            arrays.allSatisfy({ $0.shape == first.shape })
        else { return value }
        let isOne = first.shape.elementCount == 1
        let shape = [arrays.count] + (isOne ? [] : first.shape)
        let integers = arrays.compactMap(\.integers)
        return integers.count == arrays.count
            ? .array(PlainTensor(integers.flatMap(\.self), shape: shape))
            : .array(PlainTensor(arrays.flatMap(\.floats), shape: shape))
    }

    private static func array(_ value: DataValue) -> PlainTensor? {
        switch value {
        case .int(let number): PlainTensor([Int64(number)], shape: [])
        case .array(let array): array
        default: nil
        }
    }

    /// Shares of the classes that labels mean: one class a sample, a list of classes, or a number for
    /// every class, which is taken as it is.
    static func shares(_ labels: DataValue, _ classCount: Int) throws -> PlainTensor {
        switch labels {
        case .array(let array) where array.shape.count == 2 && array.shape[1] > 1:
            return PlainTensor(array.floats, shape: array.shape)
        case .array(let array): return try array.oneHot(classCount)
        case .list(let samples):
            let rows = try samples.map { sample -> [Float] in
                guard let array = array(sample) else {
                    throw BatchError("batch: a label in \"gt_label\" is \(sample.kind)")
                }
                let each = try array.oneHot(classCount).floats
                var row = [Float](repeating: 0, count: classCount)
                for place in each.indices { row[place % classCount] += each[place] }
                return row
            }
            return PlainTensor(rows.flatMap(\.self), shape: [rows.count, classCount])
        default: throw BatchError("batch: \"gt_label\" is \(labels.kind), expected class numbers")
        }
    }
}
