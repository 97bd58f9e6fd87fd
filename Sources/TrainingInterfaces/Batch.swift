public import TensorCore

/// What a loader hands to the model: samples put together by a collate function.
///
/// A batch is plain Swift memory and may cross threads; it becomes tensors on the model's thread.
public struct Batch: Sendable, Equatable {
    /// The collated parts: arrays have a leading batch dimension.
    public var value: DataValue
    /// How many samples it holds.
    public let sampleCount: Int

    /// A batch as its collate function made it.
    public init(_ value: DataValue, sampleCount: Int) {
        self.value = value
        self.sampleCount = sampleCount
    }

    /// The part of that name, where the batch is a dictionary.
    public subscript(key: String) -> DataValue? {
        guard case .dictionary(let fields) = value else { return nil }
        return fields[key]
    }

    /// The part at that place, where the batch is a tuple or list.
    public subscript(place: Int) -> DataValue? {
        switch value {
        case .tuple(let parts), .list(let parts):
            parts.indices.contains(place) ? parts[place] : nil
        default: nil
        }
    }

    /// The array of that name, or nil where there is none.
    public func array(_ key: String) -> PlainTensor? {
        guard case .array(let array) = self[key] else { return nil }
        return array
    }
}
