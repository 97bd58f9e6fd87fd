public import TorchFile

/// What the parts of a run tell each other: numbers with their history, and notes.
///
/// Names of numbers begin with the phase they belong to, as in `train/loss`.
/// Source: MMEngine's `MessageHub`.
public final class MessageHub {
    /// The numbers, in the order in which they were first told.
    public private(set) var scalars: [(name: String, history: HistoryBuffer)] = []
    /// The notes, in order.
    public private(set) var notes = TorchDictionary()
    /// The numbers that are counts, by the full name.
    public private(set) var counts: Set<String> = []
    private var places: [String: Int] = [:]

    /// A hub that nobody has told anything.
    public init() {}

    /// Tells a number that is an average over `count` samples.
    public func update(_ name: String, _ value: Double, count: Int = 1) {
        history(of: name) { $0.update(value, count: count) }
    }

    /// Tells a count.
    public func update(_ name: String, _ value: Int) {
        counts.insert(name)
        update(name, Double(value))
    }

    /// The history of a number, where it was told.
    public func history(of name: String) -> HistoryBuffer? {
        places[name].map { scalars[$0].history }
    }

    /// Tells something that is no number, or the newest value of one that needs no history.
    public func note(_ name: String, _ value: TorchValue) { notes[name] = value }

    private func history(of name: String, _ change: (inout HistoryBuffer) -> Void) {
        let place = places[name] ?? scalars.count
        if place == scalars.count {
            scalars.append((name, HistoryBuffer()))
            places[name] = place
        }
        change(&scalars[place].history)
    }

    /// How many values of each number checkpoints hold.
    private static var savedLength: Int { 1000 }

    /// What a checkpoint of this program keeps.
    public var saved: TorchValue {
        .dictionary(
            TorchDictionary([
                (
                    "scalars",
                    .dictionary(
                        TorchDictionary(
                            scalars.map { ($0.name, $0.history.saved(atMost: Self.savedLength)) }))
                ), ("notes", .dictionary(notes)),
            ]))
    }

    /// Goes on from what a checkpoint kept.
    public func restore(_ saved: TorchValue) {
        for (key, value) in saved["scalars"]?.dictionary?.pairs ?? [] {
            guard let name = key.string, let history = HistoryBuffer(saved: value) else { continue }
            self.history(of: name) { $0 = history }
        }
        notes = saved["notes"]?.dictionary ?? notes
    }
}
