public import TensorCore
public import TrainingInterfaces

/// What a model's forward pass takes, made from a batch: a dictionary by names, a tuple or list by places.
public protocol BatchInput {
    /// Takes its parts from a batch.
    ///
    /// Errors: throws `BatchError` where a part is not there.
    init(_ parts: BatchParts) throws
}

/// The parts of a batch, each with the name and the place of a parameter of the model.
///
/// Source: `BaseModel._run_forward` of MMEngine, which spreads a tuple or list over the parameters of
/// `forward`, and hands on a dictionary by name.
public struct BatchParts {
    /// How many samples the batch holds.
    public let sampleCount: Int
    private let value: DataValue

    /// The parts of a batch.
    ///
    /// Errors: throws `BatchError` for a batch of another kind.
    public init(_ batch: Batch) throws {
        switch batch.value {
        case .dictionary, .tuple, .list: break
        default:
            throw BatchError(
                "batch: expected a tuple, a list or a dictionary, got \(batch.value.kind)")
        }
        value = batch.value
        sampleCount = batch.sampleCount
    }

    /// The part of a parameter.
    public func value(_ name: String, _ place: Int) throws -> DataValue {
        switch value {
        case .dictionary(let fields):
            if let part = fields[name] ?? Self.packed(name, fields) { return part }
            throw BatchError(
                "batch: there is no \"\(name)\"; known: \(fields.keys.joined(separator: ", "))")
        case .tuple(let parts), .list(let parts):
            if parts.indices.contains(place) { return parts[place] }
            throw BatchError(
                "batch: \"\(name)\" is to be part \(place), but there are \(parts.count)")
        default: throw BatchError("batch: it has no parts")
        }
    }

    /// What MMEngine's models call `inputs` and `data_samples`, of a batch that `PackInputs` made.
    private static func packed(_ name: String, _ fields: DataDictionary) -> DataValue? {
        switch name {
        case "inputs": return fields["img"]
        case "data_samples":
            var samples = fields
            samples["img"] = nil
            return fields["img"] == nil ? nil : .dictionary(samples)
        default: return nil
        }
    }

    /// The part of a parameter, which is to be an array.
    public func array(_ name: String, _ place: Int) throws -> PlainTensor {
        let part = try value(name, place)
        guard case .array(let array) = part else {
            throw BatchError("batch: \"\(name)\" is \(part.kind), expected an array")
        }
        return array
    }
}
