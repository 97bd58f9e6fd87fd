import ConfigCore
import TensorCore
import TrainingInterfaces

/// Puts the dimensions of arrays in another order.
///
/// Source: `Transpose` of MMClassification.
struct Transpose: Transform {
    private let keys: [String]
    private let order: [Int]

    init(from reader: inout ConfigReader) throws {
        keys = try reader.required("keys")
        order = try reader.required("order")
        guard order.sorted() == Array(order.indices) else {
            throw reader.failure("order", "", expected: "the numbers of the dimensions from 0")
        }
    }

    var isRandom: Bool { false }

    func apply(to sample: inout Sample, random: inout RandomStream) throws {
        for key in keys {
            guard case .array(let array) = sample[key] else {
                throw TransformError("Transpose", "\"\(key)\" is not an array")
            }
            guard array.shape.count == order.count else {
                throw TransformError(
                    "Transpose",
                    "\"\(key)\" has \(array.shape.count) dimensions, order \(order.count)")
            }
            let sources = sources(array.shape)
            let shape = order.map { array.shape[$0] }
            sample[key] =
                switch array.elements {
                case .uint8(let values):
                    .array(PlainTensor(sources.map { values[$0] }, shape: shape))
                case .int64(let values):
                    .array(PlainTensor(sources.map { values[$0] }, shape: shape))
                case .float32(let values):
                    .array(PlainTensor(sources.map { values[$0] }, shape: shape))
                }
        }
    }

    /// For each place of the result, where its value stands.
    private func sources(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        }
        var places = [0]
        for axis in order {
            places = places.flatMap { place in
                (0..<shape[axis]).map { place + $0 * strides[axis] }
            }
        }
        return places
    }
}
