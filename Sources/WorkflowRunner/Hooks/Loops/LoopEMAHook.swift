public import ConfigCore
import Logging
public import NeuralNet
import TensorCore
import TorchFile

/// Keeps an average of the weights, which validations, tests and checkpoints have in place of those that
/// train.
///
/// Checkpoints hold the averages under `state_dict` and the weights that train under `ema_state_dict`.
/// Source: MMEngine's `EMAHook`.
public final class LoopEMAHook: BeforeRun, AfterTrainIteration, BeforeValidationEpoch,
    AfterValidationEpoch, BeforeTestEpoch, AfterTestEpoch, BeforeSaveCheckpoint
{
    private let average: WeightAverage
    private let beginIteration: Int
    private let beginEpoch: Int
    private let isStrict: Bool

    /// A parameter or buffer and its average; or its own value while the average is in the model.
    private struct Cell {
        let name: String
        let value: Tensor
        let other: Tensor
        let didChange: () -> Void
    }

    private var cells: [Cell] = []
    private var steps = 0
    private var isEvaluating = false
    /// What a resumed checkpoint holds, until the run begins.
    private var taken: [String: PlainTensor] = [:]

    /// Reads `begin_iter`, `begin_epoch`, `strict_load`, `ema_type` and the keys of its class.
    public init(from reader: inout ConfigReader) throws {
        beginIteration = try reader.value("begin_iter", default: 0)
        beginEpoch = try reader.value("begin_epoch", default: 0)
        isStrict = try reader.value("strict_load", default: false)
        for key in ["begin_iter", "begin_epoch"] where try reader.value(key, default: 0) < 0 {
            throw reader.failure(key, "", expected: "0 or more")
        }
        guard beginIteration == 0 || beginEpoch == 0 else {
            throw reader.failure("begin_epoch", "given beside begin_iter", remedy: "keep one")
        }
        average = try WeightAverage(from: &reader)
    }

    /// The original's name.
    public var name: String { "EMAHook" }

    /// Begins the averages with the weights, or goes on with those of the resumed checkpoint.
    public func beforeRun(_ runner: BaseRunner) throws {
        guard cells.isEmpty else { return }
        try gather(runner)
        let missing = cells.filter { taken[$0.name] == nil }
        for cell in cells {
            if let saved = taken[cell.name] { try cell.other.assign(saved.floats) }
        }
        guard runner.resumedPath != nil, let first = missing.first else { return }
        if isStrict {
            throw RunnerError(
                "EMAHook", "the checkpoint holds no average of \(first.name)",
                remedy: "set strict_load=False to begin with its weights")
        }
        runner.logger.warning(
            "EMAHook: the checkpoint holds no averages of \(missing.count) arrays (\(first.name), …); they start from its weights"
        )
    }

    private func gather(_ runner: BaseRunner) throws {
        var seen: Set<ObjectIdentifier> = []
        for module in runner.model.namedModules() {
            for (member, value) in module.module.members.entries {
                let name = module.name.isEmpty ? member : "\(module.name).\(member)"
                switch value {
                case .parameter(let parameter)
                where seen.insert(ObjectIdentifier(parameter)).inserted:
                    try add(name, parameter.value) { parameter.valueDidChange() }
                case .buffer(let buffer)
                where average.updatesBuffers && seen.insert(ObjectIdentifier(buffer)).inserted:
                    try add(name, buffer.value) {}
                default: break
                }
            }
        }
    }

    private func add(_ name: String, _ value: Tensor, _ didChange: @escaping () -> Void) throws {
        let copy = try value.device.tensor(try value.plainValues(), shape: value.shape)
        cells.append(Cell(name: name, value: value, other: copy, didChange: didChange))
    }

    /// Moves the averages towards the weights, or to them where averaging has not begun.
    public func afterTrainIteration(_ runner: BaseRunner) throws {
        let hasBegun =
            beginEpoch > 0
            ? runner.epoch + 1 >= beginEpoch : runner.iteration + 1 >= beginIteration
        guard let share = hasBegun ? average.share(at: steps) : 1 else {
            steps += 1
            return
        }
        for cell in cells {
            try cell.other.average(
                keeping: Float(1 - share), adding: cell.value, times: Float(share))
        }
        if hasBegun { steps += 1 }
    }

    private func exchange(evaluating: Bool) throws {
        guard isEvaluating != evaluating else { return }
        for cell in cells {
            try cell.value.exchange(with: cell.other)
            cell.didChange()
        }
        isEvaluating = evaluating
    }

    /// Puts the averages into the model.
    public func beforeValidationEpoch(_ runner: BaseRunner) throws {
        try exchange(evaluating: true)
    }
    /// Goes on with the weights that train.
    public func afterValidationEpoch(_ runner: BaseRunner) throws {
        try exchange(evaluating: false)
    }
    /// Puts the averages into the model.
    public func beforeTestEpoch(_ runner: BaseRunner) throws { try exchange(evaluating: true) }
    /// Goes on with the weights that train.
    public func afterTestEpoch(_ runner: BaseRunner) throws { try exchange(evaluating: false) }

    /// Saves the averages as the model's weights, and the weights that train beside them.
    public func beforeSaveCheckpoint(_ runner: BaseRunner, _ checkpoint: inout Checkpoint) throws {
        guard !cells.isEmpty else { return }
        let others = try cells.map { cell in
            (cell.name, PlainTensor(try cell.other.plainValues(), shape: cell.value.shape))
        }
        var raw = checkpoint.state
        for (name, values) in others {
            if isEvaluating { raw[name] = values } else { checkpoint.state[name] = values }
        }
        var saved = TorchDictionary([
            ("steps", .tensor(CheckpointFormat.tensor(PlainTensor([Int64(steps)], shape: []))))
        ])
        for name in raw.names {
            if let values = raw[name] {
                saved["module.\(name)"] = .tensor(CheckpointFormat.tensor(values))
            }
        }
        checkpoint.others["ema_state_dict"] = .dictionary(saved)
    }
}

extension LoopEMAHook: StateDictionaryContributor {
    /// Nothing: what is saved changes in `beforeSaveCheckpoint`.
    public func contribute(to state: inout StateDictionary, of runner: BaseRunner) throws {}

    /// Puts the weights that train back in their place where the run resumes.
    public func take(from checkpoint: inout Checkpoint, resuming: Bool, _ runner: BaseRunner) throws
    {
        guard let saved = checkpoint.others["ema_state_dict"]?.dictionary, resuming else { return }
        checkpoint.others["ema_state_dict"] = nil
        steps =
            try saved["steps"]?.tensor.map { try $0.int64Values().first.map { Int($0) } ?? 0 } ?? 0
        let averaged = checkpoint.state
        for name in averaged.names {
            guard let raw = saved["module.\(name)"]?.tensor else { continue }
            taken[name] = averaged[name]
            checkpoint.state[name] = try CheckpointFormat.array(raw)
        }
    }
}
