/// Maps the loops of a new-style config onto a workflow list.
///
/// The list visits exactly the validations that MMEngine would run: the shortest list whose cycles do
/// so, or the unrolled one.
public enum WorkflowAdapter {
    /// The workflow for a train loop.
    ///
    /// In an epoch-based workflow a count is epochs. In an iteration-based one it is iterations, so
    /// that a full validation counts the batches of its loader.
    ///
    /// - Parameters:
    ///   - loop: What `train_cfg` says.
    ///   - validationLength: Batches of the validation loader; nil where there is no validation.
    /// - Returns: Phases and counts, to be repeated until the maximum is reached.
    public static func workflow(for loop: TrainLoopConfig, validationLength: Int?) -> [(
        String, Int
    )] {
        let visits = validationLength == nil ? [] : loop.validatedAfter
        guard let last = visits.last else { return [("train", 1)] }
        let gaps = zip(visits, [0] + visits).map { $0 - $1 }
        let period = (1...gaps.count).first { count in
            cycleVisits(Array(gaps.prefix(count)), maximum: loop.maximum) == visits
        }
        let cycle = period.map { Array(gaps.prefix($0)) } ?? gaps
        let count = loop.byEpoch ? 1 : validationLength ?? 1
        var workflow = cycle.flatMap { [("train", $0), ("val", count)] }
        // The end is always validated unless validation begins after it, so nothing can follow; kept
        // general for loops whose last visit lies before the end.
        if period == nil && last < loop.maximum { workflow.append(("train", loop.maximum - last)) }
        return workflow
    }

    /// After how much training validation runs when cycles of such train counts, each followed by a
    /// validation, are repeated as the runners do: at the maximum training stops at once, but what is
    /// left of the cycle is still gone through.
    private static func cycleVisits(_ cycle: [Int], maximum: Int) -> [Int] {
        var visits: [Int] = []
        var done = 0
        while done < maximum {
            for count in cycle {
                done = min(maximum, done + count)
                visits.append(done)
            }
        }
        return visits
    }
}
