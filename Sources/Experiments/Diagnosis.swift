import Classifiers
import ConfigCore
import Drawing
import ImageData
import NeuralNet
import TensorCore
import TorchFile
import WorkflowRunner

/// What kind of failure an error is, told by the exit codes of the tools.
public enum Diagnosis: Sendable {
    /// A mistake in arguments or config.
    case usage
    /// Data or a checkpoint that cannot be used.
    case data
    /// A run that was asked to stop and has saved itself; the number is that of the signal.
    case interrupted(Int32)
    /// Anything else.
    case other

    /// The kind of an error of this program; nil for one that is not its own.
    public init?(_ error: any Error) {
        switch error {
        case is ConfigError, is UsageError, is RunnerError, is WorkflowError, is DrawingError:
            self = .usage
        case is DataError, is CheckpointError, is LabelError, is PositionError,
            is BatchError, is ShapeError:
            self = .data
        case let hook as HookError: self = Diagnosis(hook.underlying) ?? .other
        case let interrupted as RunInterrupted: self = .interrupted(interrupted.signal ?? 2)
        case is KernelError, is NonFiniteLossError, is MissingContextValue: self = .other
        default: return nil
        }
    }

    /// The code a tool exits with.
    public var exitCode: Int32 {
        switch self {
        case .usage: 64
        case .data: 65
        case .interrupted(let signal): 128 + signal
        case .other: 1
        }
    }
}

/// Arguments that do not go together with what is there.
public struct UsageError: Error, Sendable, CustomStringConvertible {
    /// The message, in the form `place: problem; remedy`.
    public let description: String

    /// An error of that text.
    public init(_ description: String) { self.description = description }
}
