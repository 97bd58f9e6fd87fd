import TorchFile

/// The values that one number had during a run, and how many samples each stands for.
///
/// Source: MMEngine's `HistoryBuffer`.
public struct HistoryBuffer: Sendable, Equatable {
    /// The values; the newest stands last.
    public private(set) var values: [Double] = []
    /// What each value is an average over.
    public private(set) var counts: [Int] = []
    /// How many values are kept.
    public let maximumLength: Int

    /// An empty history.
    public init(maximumLength: Int = 1_000_000) { self.maximumLength = maximumLength }

    /// Adds a value that is an average over `count` samples.
    public mutating func update(_ value: Double, count: Int = 1) {
        values.append(value)
        counts.append(count)
        // Removing many at once makes it cheap on the whole.
        guard values.count >= maximumLength + maximumLength / 4 + 16 else { return }
        values.removeFirst(values.count - maximumLength)
        counts.removeFirst(counts.count - maximumLength)
    }

    /// A way to sum up the newest values.
    public enum Method: String, Sendable, CaseIterable {
        case mean
        case max
        case min
        case current
    }

    /// Sums up a window of the newest values.
    ///
    /// - Parameters:
    ///   - method: The way.
    ///   - window: How many values; nil takes all.
    /// - Returns: The number; nil where there is no value.
    public func statistic(_ method: Method, window: Int? = nil) -> Double? {
        let length = Swift.min(window ?? maximumLength, values.count)
        let newest = values.suffix(Swift.max(0, length))
        guard !newest.isEmpty else { return nil }
        switch method {
        case .current: return values.last
        case .max: return newest.max()
        case .min: return newest.min()
        case .mean:
            let weights = counts.suffix(length)
            let sum = zip(newest, weights).reduce(0) { $0 + $1.0 * Double($1.1) }
            return sum / Double(weights.reduce(0, +))
        }
    }
}

extension HistoryBuffer {
    /// The newest values as checkpoints hold them.
    func saved(atMost length: Int) -> TorchValue {
        let newest = Array(values.suffix(length))
        return .dictionary(
            TorchDictionary([
                ("values", .tensor(TorchTensor(float64: newest, shape: [newest.count]))),
                ("counts", .list(counts.suffix(length).map { .int($0) })),
            ]))
    }

    init?(saved: TorchValue) {
        guard let values = try? saved["values"]?.tensor?.doubleValues(),
            let counts = saved["counts"]?.elements?.compactMap(\.int), counts.count == values.count
        else { return nil }
        self.init()
        self.values = values
        self.counts = counts
    }
}
