public import ConfigCore
import NeuralNet
import TrainingInterfaces

/// Averages the model's buffers, such as running means, over all processes after every epoch.
///
/// In a run of one process there is nothing to do.
/// Source: MMCV's `SyncBuffersHook`.
public final class SyncBuffersHook: AfterEpoch {
    /// Whether buffers are averaged at all.
    public let distributed: Bool

    /// A hook that averages, or one that does nothing.
    public init(distributed: Bool = true) { self.distributed = distributed }

    /// Reads `distributed`.
    public convenience init(from reader: inout ConfigReader) throws {
        self.init(distributed: try reader.value("distributed", default: true))
    }

    /// Averages the buffers.
    public func afterEpoch(_ runner: BaseRunner) throws {
        if distributed { try runner.averageBuffers() }
    }
}

extension BaseRunner {
    /// Replaces every buffer of the model by its mean over all processes.
    func averageBuffers() throws {
        guard worldSize > 1 else { return }
        for named in model.namedModules() {
            for (_, member) in named.module.members.entries {
                if case .buffer(let buffer) = member {
                    try communicator.averageInPlace(buffer.value)
                }
            }
        }
    }
}
