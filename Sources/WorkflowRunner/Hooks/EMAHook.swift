public import ConfigCore
import Foundation
import Logging
public import NeuralNet
import TensorCore
public import TorchFile

/// Keeps a moving average of every parameter, and evaluates and saves the averages.
///
/// In a run by epochs the averages take the parameters' place from the end of a training epoch to the
/// beginning of the next; what acts before this hook at the end of an epoch still sees the weights that
/// train. In a run by iterations evaluations, val phases and checkpoints have the averages.
///
/// The weights that are not in the model stand in checkpoints as `ema_<name>`, dots as underscores, so
/// that a resumed run goes on exactly.
/// Source: MMCV's `EMAHook`, which never uses the averages in a run by iterations, and resumes them
/// only from its own `resume_from`.
public final class EMAHook: BeforeRun, BeforeTrainEpoch, AfterTrainIteration, AfterTrainEpoch {
    /// The share of the newest weights, once warm.
    public let momentum: Double
    /// Every how many iterations the averages move.
    public let interval: Int
    /// Over how many iterations the averages follow more quickly at first.
    public let warmUp: Int
    private let resumeFrom: String?

    /// A parameter, and its average; or its weights while the average is in the model.
    private struct Average {
        let name: String
        let parameter: Parameter
        let other: Tensor

        var key: String { EMAHook.key(of: name) }
    }

    private var averages: [Average] = []
    /// What a resumed checkpoint holds, until the run begins.
    private var taken: [String: PlainTensor] = [:]
    private var isEvaluating = false
    /// Whether the averages stand under the parameters' own names in the checkpoint being written.
    private var isSavedEvaluating = false

    /// A hook whose averages move by `momentum` to the power of `interval`, as the original's do.
    ///
    /// - Parameters:
    ///   - momentum: The share of the newest weights, above 0 and below 1.
    ///   - interval: Every how many iterations the averages move.
    ///   - warmUp: The share of iteration i is at most (1 + i) / (warmUp + i).
    ///   - resumeFrom: A checkpoint that the run continues, where it is not resumed anyway.
    public init(
        momentum: Double = 0.0002, interval: Int = 1, warmUp: Int = 100, resumeFrom: String? = nil
    ) {
        self.momentum = pow(momentum, Double(interval))
        self.interval = interval
        self.warmUp = warmUp
        self.resumeFrom = resumeFrom
    }

    /// Reads `momentum`, `interval`, `warm_up` and `resume_from`.
    public convenience init(from reader: inout ConfigReader) throws {
        let momentum = try reader.value("momentum", default: 0.0002)
        let interval = try reader.value("interval", default: 1)
        let warmUp = try reader.value("warm_up", default: 100)
        guard momentum > 0, momentum < 1 else {
            throw reader.failure("momentum", "expected a number between 0 and 1, got \(momentum)")
        }
        guard interval > 0 else {
            throw reader.failure("interval", "expected a positive number, got \(interval)")
        }
        guard warmUp >= 0 else {
            throw reader.failure("warm_up", "must not be negative, got \(warmUp)")
        }
        self.init(
            momentum: momentum, interval: interval, warmUp: warmUp,
            resumeFrom: try reader.optional("resume_from"))
    }

    /// The name of a parameter's average in checkpoints.
    private static func key(of name: String) -> String {
        "ema_" + name.replacing(".", with: "_")
    }

    /// Begins the averages with the weights, or goes on with those of the resumed checkpoint.
    public func beforeRun(_ runner: BaseRunner) throws {
        guard averages.isEmpty else { return }
        if let resumeFrom { try resume(runner, resumeFrom) }
        if interval > 1 {
            runner.logger.warning(
                "EMAHook: with interval \(interval) the averages move by momentum to that power, \(PythonText.number(momentum)), as in MMCV"
            )
        }
        try gather(runner.model)
        let missing = averages.filter { taken[$0.name] == nil }
        for average in averages {
            if let saved = taken[average.name] { try average.other.assign(saved.floats) }
        }
        taken = [:]
        if runner.resumedPath != nil, let first = missing.first {
            runner.logger.warning(
                "EMAHook: the checkpoint holds no averages of \(missing.count) parameters (\(first.key), …); they start from its weights"
            )
        }
    }

    private func resume(_ runner: BaseRunner, _ path: String) throws {
        guard let resumed = runner.resumedPath else { return try runner.resume(path) }
        if resumed != path {
            runner.logger.warning(
                "EMAHook: resume_from \(path) is not used, the run continues \(resumed)")
        }
    }

    private func gather(_ model: any Module) throws {
        var seen: Set<ObjectIdentifier> = []
        for (name, parameter) in model.namedParameters()
        where seen.insert(ObjectIdentifier(parameter)).inserted {
            let value = parameter.value
            let copy = try value.device.tensor(try value.plainValues(), shape: value.shape)
            averages.append(Average(name: name, parameter: parameter, other: copy))
        }
    }

    /// Moves the averages towards the weights.
    public func afterTrainIteration(_ runner: BaseRunner) throws {
        let step = runner.iteration
        guard step.isMultiple(of: interval) else { return }
        let share = min(momentum, Double(1 + step) / Double(warmUp + step))
        for average in averages {
            try average.other.average(
                keeping: Float(1 - share), adding: average.parameter.value, times: Float(share))
        }
    }

    /// Leaves the averages in the model until the next training epoch.
    public func afterTrainEpoch(_ runner: BaseRunner) throws { try useWeights(forEvaluation: true) }

    /// Goes on training the weights.
    public func beforeTrainEpoch(_ runner: BaseRunner) throws {
        try useWeights(forEvaluation: false)
    }
}

extension EMAHook: EvaluationWeights {
    /// Puts the averages into the model, or the weights that train.
    public func useWeights(forEvaluation: Bool) throws {
        guard isEvaluating != forEvaluation else { return }
        for average in averages {
            try average.parameter.value.exchange(with: average.other)
            average.parameter.valueDidChange()
        }
        isEvaluating = forEvaluation
    }
}

extension EMAHook: RunChecking {
    /// Finds a missing `resume_from`, and parameters whose averages would have one name.
    public func check(_ runner: BaseRunner, _ sources: [PhaseSource]) throws {
        if let resumeFrom, !FileManager.default.fileExists(atPath: resumeFrom) {
            throw RunnerError(
                "EMAHook", "resume_from: \(resumeFrom): no such file",
                remedy: "give the path of a .pth checkpoint")
        }
        var names: [String: String] = [:]
        for (name, _) in runner.model.namedParameters() {
            if let other = names.updateValue(name, forKey: Self.key(of: name)) {
                throw RunnerError(
                    "EMAHook",
                    "\(other) and \(name) would both be saved as \(Self.key(of: name))",
                    remedy: "rename one of the modules")
            }
        }
    }
}

extension EMAHook: StateDictionaryContributor, ResumableHook {
    /// Adds the averages; in a run by iterations they change places with the weights that train.
    public func contribute(to state: inout StateDictionary, of runner: BaseRunner) throws {
        isSavedEvaluating = isEvaluating || !runner.countsByEpoch && !averages.isEmpty
        for average in averages {
            let other = PlainTensor(
                try average.other.plainValues(), shape: average.parameter.value.shape)
            if isSavedEvaluating == isEvaluating {
                state[average.key] = other
            } else {
                state[average.key] = state[average.name]
                state[average.name] = other
            }
        }
    }

    /// Takes out the averages of the model's parameters.
    public func take(from checkpoint: inout Checkpoint, resuming: Bool, _ runner: BaseRunner) throws
    {
        let parameters = runner.model.namedParameters()
        let own = Set(parameters.map(\.name))
        for (name, parameter) in parameters {
            let key = Self.key(of: name)
            guard !own.contains(key), let saved = checkpoint.state[key] else { continue }
            checkpoint.state[key] = nil
            guard resuming else { continue }
            guard saved.shape == parameter.value.shape else {
                throw RunnerError(
                    key, "shape \(saved.shape) does not fit \(parameter.value.shape) in the model",
                    remedy: "resume with the model the checkpoint was trained with")
            }
            taken[name] = saved
        }
        if resuming, checkpoint.resumeData == nil, !taken.isEmpty {
            // MMCV's files do not say which of the two weights the names stand for.
            isEvaluating = runner.countsByEpoch && isBeforeCheckpoints(runner)
        }
    }

    private func isBeforeCheckpoints(_ runner: BaseRunner) -> Bool {
        let first = runner.hooks.first { $0 === self || $0 is CheckpointHook }
        return first === self
    }

    /// Whether the averages stand under the parameters' own names.
    public var savedState: TorchValue {
        .dictionary(TorchDictionary([("averages_in_model", .bool(isSavedEvaluating))]))
    }

    /// Goes on with a checkpoint's arrangement of the two weights.
    public func restore(_ state: TorchValue) throws {
        isEvaluating = state["averages_in_model"]?.bool ?? isEvaluating
    }
}
