import ConfigCore
import TensorCore
import TrainingInterfaces

/// Rounds numbers to half precision.
///
/// Source: `ToHalf` of MMClassification. Batches stay single-precision here; the values are those that half
/// precision can hold.
struct ToHalf: Transform {
    private let keys: [String]

    init(from reader: inout ConfigReader) throws { keys = try reader.required("keys") }

    var isRandom: Bool { false }

    func apply(to sample: inout Sample, random: inout RandomStream) throws {
        for key in keys {
            guard case .array(let array) = sample[key] else {
                throw TransformError("ToHalf", "the sample has no array \"\(key)\"")
            }
            let rounded = array.floats.map { Float(Float16($0)) }
            sample[key] = .array(PlainTensor(rounded, shape: array.shape))
        }
    }
}
