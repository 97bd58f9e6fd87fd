/// Settings that the caller of a run hands to the steps of its model, one value a type.
///
/// They take the place of the keywords that MMCV's `run` hands on to `train_step`:
/// `options[Distillation.self] = Distillation(temperature: 4)`.
public struct StepOptions: Sendable {
    private var values: [ObjectIdentifier: any Sendable] = [:]

    /// No settings.
    public init() {}

    /// Settings of one type.
    public init<Value: Sendable>(_ value: Value) { self[Value.self] = value }

    /// The value of a type, or nil where the caller gave none.
    public subscript<Value: Sendable>(type: Value.Type) -> Value? {
        get { values[ObjectIdentifier(type)] as? Value }
        set { values[ObjectIdentifier(type)] = newValue }
    }
}
