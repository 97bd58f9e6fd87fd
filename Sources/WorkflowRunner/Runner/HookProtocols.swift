public import NeuralNet
public import TorchFile
public import TrainingInterfaces

/// Something that acts at stages of a run: those whose protocols it adopts.
///
/// A hook that adopts a both-phase protocol (`BeforeEpoch`) and a phase's own (`BeforeTrainEpoch`) is called
/// by the phase's own in that phase.
public protocol Hook: AnyObject {
    /// The name in the table of hooks and in checkpoints: by default that of the type.
    var name: String { get }
}

extension Hook {
    /// The name of the type.
    public var name: String { "\(type(of: self))" }
}

/// A hook with a priority of its own where nobody gives it one.
public protocol PrioritizedHook: Hook {
    /// The priority.
    var defaultPriority: HookPriority { get }
}

/// A hook that acts once, before anything else.
public protocol BeforeRun: Hook {
    /// Acts once, before anything else.
    func beforeRun(_ runner: BaseRunner) throws
}

/// A hook that acts once, when everything is done.
public protocol AfterRun: Hook {
    /// Acts once, when everything is done.
    func afterRun(_ runner: BaseRunner) throws
}

/// A hook that acts before the training loop of a new-style run.
public protocol BeforeTrain: Hook {
    /// Acts before the training loop of a new-style run.
    func beforeTrain(_ runner: BaseRunner) throws
}

/// A hook that acts after the training loop of a new-style run.
public protocol AfterTrain: Hook {
    /// Acts after the training loop of a new-style run.
    func afterTrain(_ runner: BaseRunner) throws
}

/// A hook that acts before each training epoch.
public protocol BeforeTrainEpoch: Hook {
    /// Acts before each training epoch.
    func beforeTrainEpoch(_ runner: BaseRunner) throws
}

/// A hook that acts before each training iteration, when its batch is there.
public protocol BeforeTrainIteration: Hook {
    /// Acts before each training iteration, when its batch is there.
    func beforeTrainIteration(_ runner: BaseRunner) throws
}

/// A hook that acts after each training iteration.
public protocol AfterTrainIteration: Hook {
    /// Acts after each training iteration.
    func afterTrainIteration(_ runner: BaseRunner) throws
}

/// A hook that acts after each training epoch.
public protocol AfterTrainEpoch: Hook {
    /// Acts after each training epoch.
    func afterTrainEpoch(_ runner: BaseRunner) throws
}

/// A hook that acts before the validation loop of a new-style run.
public protocol BeforeValidation: Hook {
    /// Acts before the validation loop of a new-style run.
    func beforeValidation(_ runner: BaseRunner) throws
}

/// A hook that acts after the validation loop of a new-style run.
public protocol AfterValidation: Hook {
    /// Acts after the validation loop of a new-style run.
    func afterValidation(_ runner: BaseRunner) throws
}

/// A hook that acts before each epoch of a val phase.
public protocol BeforeValidationEpoch: Hook {
    /// Acts before each epoch of a val phase.
    func beforeValidationEpoch(_ runner: BaseRunner) throws
}

/// A hook that acts before each iteration of a val phase.
public protocol BeforeValidationIteration: Hook {
    /// Acts before each iteration of a val phase.
    func beforeValidationIteration(_ runner: BaseRunner) throws
}

/// A hook that acts after each iteration of a val phase.
public protocol AfterValidationIteration: Hook {
    /// Acts after each iteration of a val phase.
    func afterValidationIteration(_ runner: BaseRunner) throws
}

/// A hook that acts after each epoch of a val phase.
public protocol AfterValidationEpoch: Hook {
    /// Acts after each epoch of a val phase.
    func afterValidationEpoch(_ runner: BaseRunner) throws
}

/// A hook that acts before the test loop of a new-style run.
public protocol BeforeTest: Hook {
    /// Acts before the test loop of a new-style run.
    func beforeTest(_ runner: BaseRunner) throws
}

/// A hook that acts after the test loop of a new-style run.
public protocol AfterTest: Hook {
    /// Acts after the test loop of a new-style run.
    func afterTest(_ runner: BaseRunner) throws
}

/// A hook that acts before each test epoch.
public protocol BeforeTestEpoch: Hook {
    /// Acts before each test epoch.
    func beforeTestEpoch(_ runner: BaseRunner) throws
}

/// A hook that acts before each test iteration.
public protocol BeforeTestIteration: Hook {
    /// Acts before each test iteration.
    func beforeTestIteration(_ runner: BaseRunner) throws
}

/// A hook that acts after each test iteration.
public protocol AfterTestIteration: Hook {
    /// Acts after each test iteration.
    func afterTestIteration(_ runner: BaseRunner) throws
}

/// A hook that acts after each test epoch.
public protocol AfterTestEpoch: Hook {
    /// Acts after each test epoch.
    func afterTestEpoch(_ runner: BaseRunner) throws
}

/// A hook that acts before each epoch of either phase, and once in a run by iterations.
public protocol BeforeEpoch: Hook {
    /// Acts before each epoch of either phase, and once in a run by iterations.
    func beforeEpoch(_ runner: BaseRunner) throws
}

/// A hook that acts after each epoch of either phase, and once in a run by iterations.
public protocol AfterEpoch: Hook {
    /// Acts after each epoch of either phase, and once in a run by iterations.
    func afterEpoch(_ runner: BaseRunner) throws
}

/// A hook that acts before each iteration of either phase.
public protocol BeforeIteration: Hook {
    /// Acts before each iteration of either phase.
    func beforeIteration(_ runner: BaseRunner) throws
}

/// A hook that acts after each iteration of either phase.
public protocol AfterIteration: Hook {
    /// Acts after each iteration of either phase.
    func afterIteration(_ runner: BaseRunner) throws
}

/// A hook that may change what is about to be saved.
public protocol BeforeSaveCheckpoint: Hook {
    /// Acts before a checkpoint is written.
    func beforeSaveCheckpoint(_ runner: BaseRunner, _ checkpoint: inout Checkpoint) throws
}

/// A hook that takes something of its own from a loaded checkpoint.
public protocol AfterLoadCheckpoint: Hook {
    /// Acts when a checkpoint has been read, before its state is loaded into the model.
    func afterLoadCheckpoint(_ runner: BaseRunner, _ checkpoint: inout Checkpoint) throws
}

/// A hook that adds entries of its own to the saved `state_dict`, such as averaged weights.
public protocol StateDictionaryContributor: Hook {
    /// Adds the hook's entries.
    func contribute(to state: inout StateDictionary, of runner: BaseRunner) throws
    /// Takes the hook's entries out, so that none of them counts as unexpected.
    ///
    /// Where the run resumes, the hook goes on with them; otherwise only the weights are loaded.
    func take(from checkpoint: inout Checkpoint, resuming: Bool, _ runner: BaseRunner) throws
}

/// A hook that keeps numbers in the `meta` of checkpoints, where MMCV has them.
public protocol MetaContributor: Hook {
    /// Adds the hook's entries.
    func contribute(to meta: inout TorchDictionary) throws
    /// Continues with the entries of a checkpoint of MMCV's.
    func restore(fromMeta meta: TorchDictionary) throws
}

/// A hook that keeps other weights for evaluation than those that train.
public protocol EvaluationWeights: Hook {
    /// Puts the weights for evaluation into the model, or those that train.
    func useWeights(forEvaluation: Bool) throws
}

/// A hook that can tell whether it goes with a run before anything of it begins.
public protocol RunChecking: Hook {
    /// Throws where the hook and the run do not go together.
    func check(_ runner: BaseRunner, _ sources: [PhaseSource]) throws
}

/// The source of a workflow entry, with the name of its phase.
public typealias PhaseSource = (phase: String, source: any BatchSource)

/// A hook with state of its own that the next step depends on.
public protocol ResumableHook: Hook {
    /// What a checkpoint keeps of the hook.
    var savedState: TorchValue { get throws }
    /// Continues from what a checkpoint kept.
    func restore(_ state: TorchValue) throws
}
