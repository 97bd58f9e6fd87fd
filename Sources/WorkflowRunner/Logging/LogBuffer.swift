import TorchFile

/// Numbers gathered over iterations, and their averages on the way to the logs.
///
/// Source: MMCV's `LogBuffer`.
public struct LogBuffer {
    /// The numbers of one name since the buffer was cleared.
    private struct Series {
        let name: String
        var values: [Double] = []
        var counts: [Int] = []
    }

    private var series: [Series] = []
    /// What the next log row shows, in order.
    public private(set) var output: [(name: String, value: Double)] = []
    /// Whether there is a row to log.
    public var isReady = false
    /// How many batches an evaluation took whose metrics are in the output.
    public var evaluationBatches: Int?
    /// How many of the newest numbers anybody averages over; nil keeps all.
    var windowLimit: Int?

    /// An empty buffer.
    public init() {}

    /// Whether any number has been gathered.
    var hasHistory: Bool { !series.isEmpty }

    /// Adds a number that is an average over `count` samples.
    public mutating func update(_ name: String, _ value: Double, count: Int = 1) {
        let place: Int
        if let known = series.firstIndex(where: { $0.name == name }) {
            place = known
        } else {
            place = series.count
            series.append(Series(name: name))
        }
        series[place].values.append(value)
        series[place].counts.append(count)
        guard let windowLimit, series[place].values.count >= 2 * windowLimit + 16 else { return }
        let old = series[place].values.count - windowLimit
        series[place].values.removeFirst(old)
        series[place].counts.removeFirst(old)
    }

    /// Takes the newest number of each name out, and forgets those before it.
    mutating func takeNewest() -> [(name: String, value: Double)] {
        let newest = series.compactMap { series in series.values.last.map { (series.name, $0) } }
        series.removeAll()
        return newest
    }

    /// Adds numbers that are averages over `count` samples.
    public mutating func update(_ variables: [(name: String, value: Double)], count: Int = 1) {
        for (name, value) in variables { update(name, value, count: count) }
    }

    /// Puts the averages over the last `window` numbers into the output; 0 takes all.
    public mutating func average(over window: Int = 0) {
        for (name, value) in averages(over: window) { setOutput(name, value) }
        isReady = true
    }

    /// The averages over the last `window` numbers of each name, weighted by samples; 0 takes all.
    public func averages(over window: Int) -> [(name: String, value: Double)] {
        series.map { series in
            let count = window > 0 ? min(window, series.values.count) : series.values.count
            let weights = series.counts.suffix(count)
            let sum = zip(series.values.suffix(count), weights).reduce(0) {
                $0 + $1.0 * Double($1.1)
            }
            return (series.name, sum / Double(weights.reduce(0, +)))
        }
    }

    /// Puts a number into the output as it is.
    public mutating func setOutput(_ name: String, _ value: Double) {
        if let place = output.firstIndex(where: { $0.name == name }) {
            output[place].value = value
        } else {
            output.append((name, value))
        }
    }

    /// The number of that name in the output.
    public func outputValue(_ name: String) -> Double? {
        output.first { $0.name == name }?.value
    }

    /// Forgets the output.
    public mutating func clearOutput() {
        output.removeAll()
        evaluationBatches = nil
        isReady = false
    }

    /// Forgets everything.
    public mutating func clear() {
        series.removeAll()
        clearOutput()
    }

    /// Goes on with what another buffer has gathered.
    mutating func continueFrom(_ other: LogBuffer) {
        let limit = windowLimit
        self = other
        windowLimit = limit
    }
}

extension LogBuffer {
    var saved: TorchValue {
        let saved = series.map { series in
            TorchValue.dictionary(
                TorchDictionary([
                    ("name", .string(series.name)),
                    (
                        "values",
                        .tensor(TorchTensor(float64: series.values, shape: [series.values.count]))
                    ),
                    ("counts", .list(series.counts.map { .int($0) })),
                ]))
        }
        return .dictionary(
            TorchDictionary([
                ("series", .list(saved)),
                ("output", .list(output.map { .tuple([.string($0.name), .double($0.value)]) })),
                ("ready", .bool(isReady)),
                ("evaluation_batches", evaluationBatches.map { .int($0) } ?? .none),
            ]))
    }

    init(saved: TorchValue) {
        series = (saved["series"]?.elements ?? []).compactMap { entry in
            guard let name = entry["name"]?.string,
                let values = try? entry["values"]?.tensor?.doubleValues(),
                let counts = entry["counts"]?.elements?.compactMap(\.int),
                counts.count == values.count
            else { return nil }
            return Series(name: name, values: values, counts: counts)
        }
        for entry in saved["output"]?.elements ?? [] {
            guard let pair = entry.elements, pair.count == 2, let name = pair[0].string,
                let value = pair[1].double
            else { continue }
            output.append((name, value))
        }
        isReady = saved["ready"]?.bool ?? false
        evaluationBatches = saved["evaluation_batches"]?.int
    }
}
