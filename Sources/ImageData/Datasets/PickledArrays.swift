public import TrainingInterfaces

/// Reads files of pickled arrays.
///
/// Data sets that come as pickles find it in their build context; what reads pickles lies elsewhere.
public struct PickledArrays: Sendable {
    /// What a file holds: dictionaries, lists, numbers, texts and arrays.
    public let read: @Sendable (_ path: String) throws -> DataValue

    /// A reader by a function.
    public init(read: @escaping @Sendable (_ path: String) throws -> DataValue) {
        self.read = read
    }
}
