/// One sample's annotations and predictions, each under its name.
///
/// Models predict lists of them; metrics read `pred_score`, `pred_label`, `gt_label` and whatever a
/// metric of one's own looks for. Source: `BaseDataElement` of MMEngine and `DataSample` of MMPretrain.
public struct DataSample: Sendable, Equatable {
    /// What is known of the sample.
    public var fields: DataDictionary

    /// A sample with these fields.
    public init(_ fields: [(String, DataValue)] = []) { self.fields = DataDictionary(fields) }

    /// The sample that a part of a list is; nil for a part of another form.
    public init?(_ value: DataValue) {
        guard case .dictionary(let fields) = value else { return nil }
        self.fields = fields
    }

    /// The losses of a batch, for the end of what `valStep` returns: they are logged beside the metrics.
    public init(loss losses: [(name: String, value: Double)]) {
        self.init([
            ("loss", .dictionary(DataDictionary(losses.map { ($0.name, .double($0.value)) })))
        ])
    }

    /// The field of that name; assigning nil removes it.
    public subscript(field: String) -> DataValue? {
        get { fields[field] }
        set { fields[field] = newValue }
    }

    /// The sample as a part of a batch or of predictions.
    public var value: DataValue { .dictionary(fields) }
}

extension DataValue {
    /// Samples as predictions.
    public static func samples(_ samples: [DataSample]) -> DataValue {
        .list(samples.map(\.value))
    }

    /// The predictions with losses at their end.
    ///
    /// Predictions that are neither a list nor a tuple become the first part of a tuple.
    public func appending(_ losses: DataSample) -> DataValue {
        switch self {
        case .list(let parts): .list(parts + [losses.value])
        case .tuple(let parts): .tuple(parts + [losses.value])
        default: .tuple([self, losses.value])
        }
    }
}
