import Experiments

/// Repeats work of ours, alone or in turn with each peer, so that both meet the same machine.
struct Contest {
    /// Repetitions that come before the measured ones.
    let warmup: Int
    /// Measured repetitions, for each peer anew.
    let repeats: Int

    /// What a contest found.
    struct Outcome {
        /// Our times, those beside every peer together.
        let ours: Measurement
        /// The most memory this process has had.
        let peakBytes: Int
        /// The peers that could be measured.
        let comparisons: [Comparison]
        /// Why other peers were not.
        let notes: [String]
    }

    /// Measures; `ours` does the work once and gives the seconds it took.
    ///
    /// One peer lives at a time: its memory is its own, and no threads of another wait beside it.
    func run(against peers: [Peer] = [], _ ours: () throws -> Double) throws -> Outcome {
        for _ in 0..<warmup { _ = try ours() }
        var comparisons: [Comparison] = []
        var notes: [String] = []
        for peer in peers {
            do {
                comparisons.append(try compare(peer, ours))
            } catch let failure as PeerFailure {
                let name = failure.concernsAll ? peer.library : "\(peer.library) \(peer.name)"
                notes.append("\(name): not measured; \(failure.program): \(failure.reason)")
                if failure.concernsAll { break }
            }
        }
        var seconds = comparisons.flatMap(\.ours.seconds)
        if seconds.isEmpty { seconds = try (0..<repeats).map { _ in try ours() } }
        return Outcome(
            ours: Measurement(seconds: seconds), peakBytes: ProcessMemory.peakResidentBytes,
            comparisons: comparisons, notes: notes)
    }

    private func compare(_ peer: Peer, _ ours: () throws -> Double) throws -> Comparison {
        let opponent = try peer.start()
        for _ in 0..<warmup { _ = try opponent.step() }
        var times: (ours: [Double], theirs: [Double]) = ([], [])
        var peakBytes: Int?
        for _ in 0..<repeats {
            times.ours.append(try turn(ours))
            let answer = try turn(opponent.step)
            times.theirs.append(answer.seconds)
            peakBytes = answer.peakBytes
        }
        return Comparison(
            peer: peer.name, version: opponent.version, ours: Measurement(seconds: times.ours),
            theirs: Measurement(seconds: times.theirs), peakBytes: peakBytes)
    }

    /// One side's turn: short work is repeated, and the last repetition counts.
    ///
    /// The other side's threads look for more work for some 20 ms before they leave their cores, and the
    /// caches hold its data.
    private func turn<Result>(_ work: () throws -> Result) rethrows -> Result {
        let clock = ContinuousClock()
        let start = clock.now
        var result = try work()
        while clock.now - start < .milliseconds(50) { result = try work() }
        return result
    }
}
