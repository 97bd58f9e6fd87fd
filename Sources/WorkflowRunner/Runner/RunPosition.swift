import TorchFile
import TrainingInterfaces

/// Where a run stands, as exactly as its next step depends on it.
///
/// A checkpoint may be written by a hook in the middle of a stage: the position then names the stage and
/// the hooks that have not had their turn, and a resumed run begins with those.
struct RunPosition {
    /// Which entry of the workflow is in progress.
    var entry = 0
    /// How often its phase has run.
    var repeatsDone = 0
    /// The runner's counters.
    var epoch = 0
    var iteration = 0
    var innerIteration = 0
    var mode: String?
    /// Whether a phase is in the middle of an epoch, and how many of its batches are done.
    var isInsideEpoch = false
    var batchesDone = 0
    /// The stage in progress and the keys of the hooks still to act at it.
    var stage: HookStage?
    var pendingHooks: [String] = []

    /// Whether the run is not at the beginning of a round of the workflow.
    var isMidRound: Bool { entry > 0 || repeatsDone > 0 || isInsideEpoch || stage != nil }
}

extension RunPosition {
    /// The training entry that comes when so many epochs or iterations are trained.
    static func inTraining(after done: Int, of workflow: [(String, Int)]) -> RunPosition {
        var position = RunPosition()
        position.mode = "train"
        let cycle = workflow.reduce(0) { $0 + ($1.0 == "train" ? $1.1 : 0) }
        guard cycle > 0 else { return position }
        var left = done % cycle
        for (entry, (phase, count)) in workflow.enumerated() where phase == "train" {
            if left < count {
                (position.entry, position.repeatsDone) = (entry, left)
                break
            }
            left -= count
        }
        return position
    }

    /// The evaluation that comes when so many are trained; else the training that does, without a mode.
    static func inEvaluation(after done: Int, of workflow: [(String, Int)]) -> RunPosition {
        var position = inTraining(after: max(0, done - 1), of: workflow)
        let next = position.entry + 1
        if done > 0, position.repeatsDone + 1 == workflow[position.entry].1,
            workflow.indices.contains(next), workflow[next].0 == "val"
        {
            (position.entry, position.repeatsDone) = (next, 0)
            position.mode = "val"
            return position
        }
        position = inTraining(after: done, of: workflow)
        position.mode = nil
        return position
    }

    var saved: TorchDictionary {
        TorchDictionary([
            ("entry", .int(entry)), ("repeats_done", .int(repeatsDone)), ("epoch", .int(epoch)),
            ("iter", .int(iteration)), ("inner_iter", .int(innerIteration)),
            ("mode", mode.map { .string($0) } ?? .none),
            ("inside_epoch", .bool(isInsideEpoch)), ("batches_done", .int(batchesDone)),
            ("stage", stage.map { .string($0.name) } ?? .none),
            ("pending_hooks", .list(pendingHooks.map { .string($0) })),
        ])
    }

    init?(saved: TorchValue?) {
        guard let saved, let entry = saved["entry"]?.int,
            let repeatsDone = saved["repeats_done"]?.int, let epoch = saved["epoch"]?.int,
            let iteration = saved["iter"]?.int, let innerIteration = saved["inner_iter"]?.int,
            let isInsideEpoch = saved["inside_epoch"]?.bool,
            let batchesDone = saved["batches_done"]?.int
        else { return nil }
        self.entry = entry
        self.repeatsDone = repeatsDone
        self.epoch = epoch
        self.iteration = iteration
        self.innerIteration = innerIteration
        mode = saved["mode"]?.string
        self.isInsideEpoch = isInsideEpoch
        self.batchesDone = batchesDone
        stage = saved["stage"]?.string.flatMap { HookStage(name: $0) }
        pendingHooks = saved["pending_hooks"]?.elements?.compactMap(\.string) ?? []
    }
}

extension SourcePosition {
    var saved: TorchValue {
        .dictionary(
            TorchDictionary([
                ("epoch", .int(epoch)), ("batch", .int(batch)),
                ("order_seed", orderSeed.map { .int(Int(bitPattern: UInt($0))) } ?? .none),
                ("has_begun", .bool(hasBegun)), ("is_inside_pass", .bool(isInsidePass)),
            ]))
    }

    init?(saved: TorchValue) {
        guard let epoch = saved["epoch"]?.int, let batch = saved["batch"]?.int,
            let hasBegun = saved["has_begun"]?.bool
        else { return nil }
        self.init(
            epoch: epoch, batch: batch,
            orderSeed: saved["order_seed"]?.int.map { UInt64(UInt(bitPattern: $0)) },
            hasBegun: hasBegun, isInsidePass: saved["is_inside_pass"]?.bool ?? false)
    }
}
