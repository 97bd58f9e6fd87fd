/// A train loop of one's own, in place of the workflow that `train_cfg` stands for.
///
/// A program registers it by name, and `train_cfg` names it under `type`; everything else there is its
/// own. It goes on from the counters of the runner, which a resumed run has restored.
/// Source: `BaseLoop` of MMEngine.
public protocol TrainLoop: AnyObject {
    /// How many epochs it trains; nil where it counts iterations.
    var maxEpochs: Int? { get }
    /// How many iterations it trains; nil where it counts epochs.
    var maxIterations: Int? { get }
    /// Trains to the end, by means of the runner.
    func run(_ runner: LoopRunner) throws
}

extension TrainLoop {
    /// The number of epochs, or of iterations.
    public var maximum: Int { maxEpochs ?? maxIterations ?? 0 }
}
