import ConfigCore

/// How a train loop is told to validate after certain epochs or iterations.
enum ValidationCalendar {
    /// The keys of `train_cfg` that make it validate at `visits`, and at the end, which it always does.
    static func keys(for visits: [Int], maximum: Int, byEpoch: Bool) -> [(String, ConfigNode)] {
        let wanted = visits.last == maximum ? visits : visits + [maximum]
        guard let first = wanted.first else { return [] }
        let gap = wanted.count > 1 ? wanted[1] - wanted[0] : first
        for begin in [1, first] {
            let loop = TrainLoopConfig(
                byEpoch: byEpoch, maximum: maximum, validationBegin: begin, validationInterval: gap)
            guard loop.validatedAfter == wanted else { continue }
            let start = begin == 1 ? [] : [("val_begin", ConfigNode(.int(begin)))]
            return [("val_interval", ConfigNode(.int(gap)))] + start
        }
        // Each interval is the number of the validation it leads to, and holds until that is over.
        let places = zip(wanted, wanted.dropFirst()).map { last, next in
            ConfigNode.tuple(ConfigNode(.int(last + 2)), ConfigNode(.int(next)))
        }
        return [
            ("val_interval", ConfigNode(.int(first))),
            ("dynamic_intervals", ConfigNode(.list(places))),
        ]
    }

    /// `interval` and `start` of an evaluation that visits the same places; nil where none does.
    static func evaluation(for loop: TrainLoopConfig) -> (interval: Int, start: Int?)? {
        let visits = loop.validatedAfter
        guard let first = visits.first else { return nil }
        guard visits.count > 1 else { return (first, nil) }
        let interval = visits[1] - visits[0]
        // The last one may come early: the end is validated whatever the interval.
        let isEven = zip(visits.dropLast(), visits.dropFirst().dropLast()).allSatisfy {
            $1 - $0 == interval
        }
        if visits.count == 2, first < interval, interval % first != 0 {
            return (first, nil)
        }
        guard isEven else { return nil }
        return (interval, first == interval ? nil : first)
    }
}
