import TensorCore

/// One element of a data set on its way through the pipeline.
///
/// Image pipelines fill a dictionary (`img`, `gt_label`, `img_metas`, …); a data set of another kind
/// may yield a tuple or a bare array.
public struct Sample: Sendable, Equatable {
    /// What the element is made of.
    public var value: DataValue

    /// An element of any form.
    public init(_ value: DataValue) { self.value = value }

    /// An element with named parts.
    public init(_ fields: DataDictionary = DataDictionary()) { value = .dictionary(fields) }

    /// The part of that name; assigning to an element that is no dictionary makes it one.
    public subscript(key: String) -> DataValue? {
        get {
            guard case .dictionary(let fields) = value else { return nil }
            return fields[key]
        }
        set { update { $0[key] = newValue } }
    }

    /// Changes several parts at once; an element that is no dictionary becomes one.
    public mutating func update(_ body: (inout DataDictionary) -> Void) {
        var fields = DataDictionary()
        if case .dictionary(let present) = value { fields = present }
        value = .none
        body(&fields)
        value = .dictionary(fields)
    }
}
