import Logging
public import TrainingInterfaces

/// Runs a train loop of the user's own.
///
/// What loops are made of: `trainEpoch`, `trainIteration` and `validate` go through data, call the hooks
/// and count. A run that was killed in the middle of an epoch goes on there in the first `trainEpoch`.
public final class LoopRunner: EpochBasedRunner {
    /// The loop.
    public let loop: any TrainLoop

    /// A runner of this loop.
    public init(_ defaults: RunnerDefaults, loop: any TrainLoop) throws {
        self.loop = loop
        try super.init(defaults, maxEpochs: loop.maxEpochs)
    }

    /// Whether hooks count epochs: where the loop does.
    public override var countsByEpoch: Bool { loop.maxEpochs != nil }

    /// Lets the loop train.
    public override func run(_ loaders: [any BatchSource], workflow: [(String, Int)]) throws {
        try check(loaders, workflow, isFinished: false)
        maxIterations = loop.maxIterations ?? loop.maxEpochs.map { $0 * loaders[0].batchesPerEpoch }
        let limit = loop.maxEpochs.map { "\($0) epochs" } ?? "\(loop.maximum) iters"
        try supervise(loaders, workflow, limit: limit) {
            try restoreLoaders()
            if isContinuing || position.isMidRound, workflow[position.entry].0 == "val" {
                // The evaluation that was interrupted comes again.
                try validate()
            }
            try loop.run(self)
        }
    }

    /// The training data.
    public var trainLoader: any BatchSource { loaders[0] }

    /// Trains one epoch, or what is left of the one that a resumed run was in.
    public func trainEpoch() throws { try runPhase("train") }

    /// Learns from one batch: the stages around the iteration, the step, and the count.
    public func trainIteration(_ batch: Batch) throws {
        begin(.train, trainLoader)
        isContinuing = false
        dataBatch = batch
        try callHook(.beforeTrainIteration)
        try runIteration(batch, training: true)
        try callHook(.afterTrainIteration)
        dropIteration()
        countIteration()
        try heedRequests()
    }

    /// Validates; the metrics, which are none where the config has no validation.
    @discardableResult
    public func validate() throws -> [(name: String, value: Double)] {
        guard evaluation != nil, workflow.contains(where: { $0.0 == "val" }) else { return [] }
        try runPhase("val")
        return evaluation?.metrics ?? []
    }

    private func runPhase(_ name: String) throws {
        guard let entry = workflow.firstIndex(where: { $0.0 == name }), let phase = phases[name]
        else { throw RunnerError("train_cfg", "the loop has no data for the phase \"\(name)\"") }
        if position.entry != entry {
            isContinuing = false
            position.stage = nil
        }
        position.entry = entry
        try phase(loaders[entry])
        position.isInsideEpoch = false
        position.batchesDone = 0
        try heedRequests()
    }
}
