/// Makes lines of text and rows of numbers out of what a run has told.
///
/// A subclass that is registered under a name of its own may make others.
/// Source: MMEngine's `LogProcessor`, with its lines to the letter.
open class LogProcessor {
    /// What belongs to a place in a log: a number or a count.
    public enum Value: Sendable, Equatable {
        case number(Double)
        case integer(Int)
    }

    /// The numbers of a row, in order.
    public typealias Row = [(name: String, value: Value)]

    /// How numbers are summed up and shown.
    public let settings: LogSettings
    private var averages: [String: Bool] = [:]

    /// A processor of these settings.
    public init(_ settings: LogSettings = LogSettings()) { self.settings = settings }

    // MARK: After iterations

    /// The row and the line of an iteration.
    ///
    /// - Parameters:
    ///   - phase: Which phase it belongs to: `train`, `val` or `test`.
    ///   - batch: The number of the batch within its pass, from 0.
    ///   - place: Where the run is.
    ///   - hub: What was told.
    /// - Returns: Both.
    open func iteration(
        _ phase: String, batch: Int, _ place: LogPlace, _ hub: MessageHub
    ) -> (row: Row, line: String) {
        let custom = windows(settings.custom, batch: batch, place)
        var shown = scalars(phase, custom, hub, keepsPrefix: false)
        var row =
            settings.hasHierarchy ? scalars(phase, custom, hub, keepsPrefix: true) : shown
        let rates = row.filter { $0.name.hasSuffix("lr") }.map { name, value in
            let name = Self.withoutPrefix(name, phase)
            shown.removeAll { $0.name == name }
            return "\(name): \(PythonText.exponent(value, digits: settings.digits))"
        }
        var line = header(phase, batch: batch, place) + rates.joined(separator: " ") + "  "
        if let eta = place.secondsLeft, let time = shown.first(where: { $0.name == "time" }),
            let data = shown.first(where: { $0.name == "data_time" })
        {
            line += "eta: \(PythonText.duration(seconds: Int(eta)))  "
            line += "time: \(text(time.value))  data_time: \(text(data.value))  "
            shown.removeAll { ["time", "data_time"].contains($0.name) }
        }
        if phase != "test" {
            let items = shown.filter { phase != "val" || $0.name.hasPrefix("val/loss") }
            line += items.map { "\($0.name): \(text($0.value))" }.joined(separator: "  ")
        }
        var numbers: Row = row.map { ($0.name, .number($0.value)) }
        row = []
        if settings.byEpoch, phase != "test" {
            numbers.append(("epoch", .integer(epoch(phase, place))))
        }
        numbers.append(("iter", .integer(place.isTraining ? place.iteration + 1 : 0)))
        return (numbers, line)
    }

    private func header(_ phase: String, batch: Int, _ place: LogPlace) -> String {
        guard settings.byEpoch else {
            let (done, total) =
                phase == "train"
                ? (place.iteration + 1, place.maxIterations) : (batch + 1, place.batchesPerPass)
            return "Iter(\(phase)) [\(Self.aligned(done, total))/\(total)]  "
        }
        let pass = "[\(Self.aligned(batch + 1, place.batchesPerPass))/\(place.batchesPerPass)]  "
        guard phase != "test" else { return "Epoch(test) \(pass)" }
        let epoch = "[\(epoch(phase, place))]"
        // Brackets and a blank stand beside the number.
        let width = place.isTraining ? "\(place.maxEpochs)".count + 3 : 0
        let blanks = String(repeating: " ", count: max(0, width - epoch.count))
        return "Epoch(\(phase))\(blanks)\(epoch)\(pass)"
    }

    // MARK: After passes

    /// The row and the line of a val or test phase.
    ///
    /// - Parameters:
    ///   - phase: `val` or `test`.
    ///   - place: Where the run is.
    ///   - hub: What was told.
    ///   - others: Metrics that are no single numbers, as text.
    /// - Returns: Both; the row is without the other metrics.
    open func pass(
        _ phase: String, _ place: LogPlace, _ hub: MessageHub,
        others: [(name: String, text: String)] = []
    ) -> (row: Row, line: String) {
        let total = place.batchesPerPass
        var custom = settings.custom
        for name in ["time", "data_time"]
        where !custom.contains(where: { Self.withoutPrefix($0.source, phase) == name }) {
            custom.append(LogSettings.Custom(source: name, method: .mean, window: .epoch))
        }
        let numbers = scalars(
            phase, windows(custom, batch: total, place), hub, keepsPrefix: settings.hasHierarchy)
        let isTime = { (name: String) in
            ["time", "data_time"].contains(Self.withoutPrefix(name, phase))
        }
        let metrics = numbers.filter { !isTime($0.name) }
        let times = numbers.filter { isTime($0.name) }
        let prefix = settings.hasHierarchy ? "\(phase)/" : ""
        let items =
            metrics.map {
                "\($0.name): \(hub.isCount($0.name, phase) ? "\(Int($0.value))" : text($0.value))"
            }
            + others.map { "\(prefix)\($0.name): \($0.text)" }
            + times.map { "\($0.name): \(text($0.value))" }
        let head =
            settings.byEpoch
            ? phase == "val"
                ? "Epoch(val) [\(epoch(phase, place))][\(total)/\(total)]"
                : "Epoch(\(phase)) [\(total)/\(total)]" : "Iter(\(phase)) [\(total)/\(total)]"
        return (
            (metrics + times).map { name, value in
                (name, hub.isCount(name, phase) ? .integer(Int(value)) : .number(value))
            },
            head + "    " + items.joined(separator: "  ")
        )
    }

    // MARK: Numbers

    private func scalars(
        _ phase: String, _ custom: [(entry: LogSettings.Custom, window: Int?)], _ hub: MessageHub,
        keepsPrefix: Bool
    ) -> [(name: String, value: Double)] {
        var numbers: [(name: String, value: Double)] = []
        for (name, history) in hub.scalars where name.hasPrefix(phase) {
            let name = keepsPrefix ? name : Self.withoutPrefix(name, phase)
            let value =
                isAveraged(name)
                ? history.statistic(.mean, window: settings.window) : history.statistic(.current)
            if let value { numbers.append((name, value)) }
        }
        for (entry, window) in custom {
            let source = keepsPrefix ? "\(phase)/\(entry.source)" : entry.source
            guard
                let history = hub.scalars.first(where: {
                    (keepsPrefix ? $0.name : Self.withoutPrefix($0.name, phase)) == source
                        && $0.name.hasPrefix(phase)
                })?.history, let value = entry.value(of: history, window: window)
            else { continue }
            let name = (keepsPrefix ? "\(phase)/" : "") + entry.name
            if let place = numbers.firstIndex(where: { $0.name == name }) {
                numbers[place].value = value
            } else {
                numbers.append((name, value))
            }
        }
        return numbers
    }

    private func windows(_ custom: [LogSettings.Custom], batch: Int, _ place: LogPlace) -> [(
        entry: LogSettings.Custom, window: Int?
    )] {
        custom.map { entry in
            switch entry.window {
            case .all: (entry, nil)
            case .last(let count): (entry, count)
            case .epoch: (entry, batch + 1)
            case .global: (entry, place.iteration + 1)
            }
        }
    }

    private func isAveraged(_ name: String) -> Bool {
        if let known = averages[name] { return known }
        let isAveraged = settings.averages(name)
        averages[name] = isAveraged
        return isAveraged
    }

    // MARK: Text

    private func text(_ value: Double) -> String {
        value.isFinite
            ? PythonText.fixed(value, digits: settings.digits) : PythonText.number(value)
    }

    private func epoch(_ phase: String, _ place: LogPlace) -> Int {
        phase == "train" ? place.epoch + 1 : place.isTraining ? place.epoch : 0
    }

    private static func withoutPrefix(_ name: String, _ phase: String) -> String {
        name.hasPrefix("\(phase)/") ? String(name.dropFirst(phase.count + 1)) : name
    }

    private static func aligned(_ number: Int, _ total: Int) -> String {
        let blanks = max(0, "\(total)".count - "\(number)".count)
        return String(repeating: " ", count: blanks) + "\(number)"
    }
}

/// Where a run is when something is logged.
public struct LogPlace: Sendable {
    /// How many epochs have ended; at a validation, the one before it included.
    public var epoch: Int
    /// How many iterations have ended.
    public var iteration: Int
    /// How many epochs the run trains.
    public var maxEpochs: Int
    /// How many iterations the run trains.
    public var maxIterations: Int
    /// How many batches the loader has that is in use.
    public var batchesPerPass: Int
    /// Whether the run trains, rather than evaluating alone.
    public var isTraining: Bool
    /// How long the rest takes, where the run is timed.
    public var secondsLeft: Double?

    /// A place.
    public init(
        epoch: Int, iteration: Int, maxEpochs: Int, maxIterations: Int, batchesPerPass: Int,
        isTraining: Bool = true, secondsLeft: Double? = nil
    ) {
        self.epoch = epoch
        self.iteration = iteration
        self.maxEpochs = maxEpochs
        self.maxIterations = maxIterations
        self.batchesPerPass = batchesPerPass
        self.isTraining = isTraining
        self.secondsLeft = secondsLeft
    }
}

extension MessageHub {
    /// Whether a number is a count, whose name may lack its phase.
    fileprivate func isCount(_ name: String, _ phase: String) -> Bool {
        counts.contains(name) || counts.contains("\(phase)/\(name)")
    }
}
