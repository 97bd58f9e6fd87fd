internal import ConfigCore
internal import NeuralNet
internal import Synchronization
internal import TrainingInterfaces
internal import WorkflowRunner

/// What a training run began with and what came by, noted by a hook.
final class SeededRunRecording: Sendable {
    /// One training iteration.
    struct Iteration: Sendable {
        let epoch: Int
        let files: [String]
        let loss: Double
    }

    /// What was noted so far.
    struct Notes: Sendable {
        var initialState = StateDictionary()
        var iterations: [Iteration] = []
    }

    /// The name under which configs ask for the hook.
    static let hookName = "SeededRunHook"

    private let notes = Mutex(Notes())

    /// A copy of the notes.
    var current: Notes { notes.withLock { $0 } }

    /// The hook that notes.
    func makeHook() -> any Hook { RecordingHook(self) }

    fileprivate func note(_ change: (inout Notes) -> Void) { notes.withLock { change(&$0) } }
}

private final class RecordingHook: BeforeRun, AfterTrainIteration {
    private let recording: SeededRunRecording

    init(_ recording: SeededRunRecording) { self.recording = recording }

    func beforeRun(_ runner: BaseRunner) throws {
        let state = try runner.model.stateDictionary()
        recording.note { $0.initialState = state }
    }

    func afterTrainIteration(_ runner: BaseRunner) throws {
        var files: [String] = []
        if case .list(let metas) = runner.dataBatch?["img_metas"] {
            files = metas.map { meta in
                guard case .dictionary(let fields) = meta,
                    case .string(let name) = fields["filename"]
                else { return "" }
                return name
            }
        }
        let loss = runner.outputs?.logVariables.first { $0.name == "loss" }?.value ?? .nan
        let iteration = SeededRunRecording.Iteration(epoch: runner.epoch, files: files, loss: loss)
        recording.note { $0.iterations.append(iteration) }
    }
}
