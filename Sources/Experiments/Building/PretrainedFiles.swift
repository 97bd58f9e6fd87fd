import Classifiers
import NeuralNet
import TorchFile
public import WorkflowRunner

/// Loads the weights that `init_cfg=dict(type='Pretrained')` names, and keeps what there is to tell until
/// there is a log.
///
/// Source: MMCV's `PretrainedInit`.
public final class PretrainedFiles {
    /// What was loaded, a line each.
    public private(set) var messages: [String] = []
    /// What did not fit.
    public private(set) var warnings: [String] = []
    private let finder: CheckpointFinder

    /// Loads files that `finder` finds.
    public init(_ finder: CheckpointFinder = CheckpointFinder()) { self.finder = finder }

    /// Loads what fits into a module.
    func load(_ weights: PretrainedWeights, into module: any Module) throws {
        let found = try FoundCheckpoint(weights.checkpoint, finder)
        if let note = found.location.note { warnings.append(note) }
        messages.append(
            weights.prefix.map { "load \($0) in model from: \(weights.checkpoint)" }
                ?? "load model from: \(weights.checkpoint)")
        messages.append(
            "load checkpoint from \(found.location.kind) path: \(weights.checkpoint)")
        if let report = try found.load(into: module, prefix: weights.prefix) {
            warnings.append(report)
        }
    }
}
