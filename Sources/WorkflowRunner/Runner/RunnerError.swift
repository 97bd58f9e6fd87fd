/// A run that cannot be set up as asked.
///
/// `description` reads `place: problem; remedy`.
public struct RunnerError: Error, Sendable, CustomStringConvertible {
    /// What it is about: an argument, a phase, a hook.
    public let place: String
    /// What is wrong.
    public let problem: String
    /// What to do about it.
    public let remedy: String?

    /// Describes what is wrong.
    public init(_ place: String, _ problem: String, remedy: String? = nil) {
        self.place = place
        self.problem = problem
        self.remedy = remedy
    }

    /// The message for the user, on one line.
    public var description: String {
        "\(place): \(problem)" + (remedy.map { "; \($0)" } ?? "")
    }
}

/// An error of a hook, with the stage at which it happened.
public struct HookError: Error, CustomStringConvertible {
    /// The hook's name.
    public let hook: String
    /// The stage.
    public let stage: HookStage
    /// What the hook threw.
    public let underlying: any Error

    /// The message for the user: hook and stage, then the error's own.
    public var description: String { "\(hook) (\(stage.name)): \(underlying)" }
}

/// Thrown by a hook to end the run as a signal does: a checkpoint is saved, and the hook's turn is
/// taken again when the run is resumed.
public struct StopRequested: Error, Sendable {
    /// A request to stop.
    public init() {}
}

/// The end of a run that was asked to stop.
public struct RunInterrupted: Error, Sendable, CustomStringConvertible {
    /// The checkpoint from which the run continues; nil without a work directory.
    public let checkpoint: String?
    /// The number of the signal that asked, where it was one.
    public let signal: Int32?

    /// What was saved, and how to go on.
    public var description: String {
        guard let checkpoint else {
            return "interrupted: nothing was saved, the run has no work_dir"
        }
        return "interrupted: saved \(checkpoint); continue with --resume-from \(checkpoint)"
    }
}

/// A loss that is not a finite number.
public struct NonFiniteLossError: Error, Sendable, CustomStringConvertible {
    /// The epoch, counted from 1.
    public let epoch: Int
    /// The iteration, counted from 1.
    public let iteration: Int
    /// The loss.
    public let loss: Double
    /// The first parameter or gradient that is not finite, in words.
    public let firstCulprit: String?

    /// The message for the user, on one line.
    public var description: String {
        "epoch \(epoch): iteration \(iteration): the loss is \(PythonText.number(loss))"
            + (firstCulprit.map { ", \($0) is not finite" } ?? "")
            + "; lower the learning rate, clip gradients, or set on_nonfinite=\"warn\""
    }
}

/// What a run does about a loss that is not a finite number.
public enum NonFiniteAction: String, Sendable {
    case stop
    case warn
}
