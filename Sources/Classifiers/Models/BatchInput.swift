public import TensorCore
public import TrainingInterfaces

/// What a model's forward pass takes, made from a batch: a dictionary by names, a tuple or list by places.
public protocol BatchInput {
    /// Whether a batch may have parts that it does not take; false unless a type says otherwise, as with
    /// a `forward` without `**kwargs`.
    static var takesAnyParts: Bool { get }
    /// Takes its parts from a batch.
    ///
    /// Errors: throws `BatchError` where a part is not there.
    init(_ parts: BatchParts) throws
}

extension BatchInput {
    /// Every part must be taken.
    public static var takesAnyParts: Bool { false }
}

/// The parts of a batch, each with the name and the place of a parameter of the model.
///
/// Source: `BaseModel._run_forward` of MMEngine, which spreads a tuple or list over the parameters of
/// `forward`, and hands on a dictionary by name.
public struct BatchParts {
    /// How many samples the batch holds.
    public let sampleCount: Int
    private let value: DataValue
    private let asked = Asked()

    /// The parameters for which parts were asked.
    private final class Asked {
        var parameters: [(name: String, place: Int)] = []
    }

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
        asked.parameters.append((name, place))
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

    /// Refuses parts that nobody has asked for, as Python refuses arguments that a function does not name.
    ///
    /// - Parameters:
    ///   - model: What messages call the model.
    ///   - others: Parts that may stay: what loaders add by themselves.
    /// - Throws: `BatchError` naming the part and those that are taken.
    func checkAllTaken(by model: String, except others: Set<String>) throws {
        let names = asked.parameters.sorted { $0.place < $1.place }.map(\.name)
        let known = names.joined(separator: ", ")
        switch value {
        case .dictionary(let fields):
            let isPacked = fields["img"] != nil && !Set(names).isDisjoint(with: Self.packedNames)
            let left =
                isPacked && fields["inputs"] == nil
                ? Self.packedNames : fields.keys.filter { !others.contains($0) }
            if let part = left.first(where: { !names.contains($0) }) {
                throw BatchError("batch: \(model) takes no \"\(part)\"; known: \(known)")
            }
        case .tuple(let parts), .list(let parts):
            let count = (asked.parameters.map(\.place).max() ?? -1) + 1
            if parts.count > count {
                throw BatchError(
                    "batch: it has \(parts.count) parts, \(model) takes \(count): \(known)")
            }
        default: break
        }
    }

    /// What MMEngine calls the parts of a packed batch.
    private static let packedNames = ["inputs", "data_samples"]

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
