import ConfigCore
import Foundation
import TorchFile
import WorkflowRunner

/// What a run begins with: nothing, weights to load, or a checkpoint to continue.
///
/// The file is read once, before anything is built, and its values serve the trial run and the real one.
struct RunBeginning {
    enum Kind {
        case scratch
        case loading(FoundCheckpoint)
        case resuming(FoundCheckpoint)
    }

    private(set) var kind = Kind.scratch
    /// How today's config differs from the one of the run that is continued; nil where that is not known.
    private(set) var differences: ConfigDifferences?
    /// What was found, a line each.
    private(set) var messages: [String] = []
    /// What the user should know.
    private(set) var warnings: [String] = []

    /// Finds and reads what config and options name.
    ///
    /// Errors: throws `CheckpointError` where it is not there or cannot be read.
    init(
        _ experiment: Experiment, searchesFolder: Bool, workDirectory: String,
        config: ConfigNode, seed given: UInt64?, finder: CheckpointFinder = CheckpointFinder()
    ) throws {
        if searchesFolder, let newest = newest(experiment, workDirectory) {
            kind = .resuming(newest)
        } else if let name = experiment.resumeFrom {
            let found = try FoundCheckpoint(name, finder)
            _ = try found.progress()
            kind = .resuming(found)
        } else if let name = experiment.loadFrom {
            kind = .loading(try FoundCheckpoint(name, finder))
        }
        if let saved = resumed?.checkpoint.resumeData?["config"]?.string {
            differences = try ConfigDifferences(saved: saved, now: config)
            if let text = differences?.text { warnings.append(text) }
        }
        if let seed, let given, seed != given {
            warnings.append(
                "the checkpoint's run had the seed \(seed), this one has \(given): augmentation and dropout follow it, weights and sample order go on"
            )
        }
    }

    private mutating func newest(_ experiment: Experiment, _ directory: String) -> FoundCheckpoint?
    {
        let template = experiment.hooks.checkpoint?["filename_tmpl"]?.string
        let newest = NewestCheckpoint(in: directory, template: template)
        warnings += newest.passedOver.map { "passed over: \($0)" }
        let place = experiment.style == .new ? "resume" : "--auto-resume"
        guard let found = newest.found else {
            messages.append("\(place): there is no checkpoint to continue in \(directory)")
            return nil
        }
        messages.append("\(place): continuing \(found.name)")
        return found
    }

    /// The checkpoint that is continued.
    private var resumed: FoundCheckpoint? {
        if case .resuming(let found) = kind { found } else { nil }
    }

    /// Whether a checkpoint is continued.
    var isResuming: Bool { resumed != nil }

    /// The seed of the run that is continued.
    var seed: UInt64? {
        resumed?.checkpoint.meta["seed"]?.int.map { UInt64(bitPattern: Int64($0)) }
    }

    /// Brings a runner to where the run begins, as far as the options say.
    func apply(to runner: BaseRunner, _ options: TrainingOptions) throws {
        switch kind {
        case .scratch: break
        case .loading(let found): try runner.loadCheckpoint(found)
        case .resuming(let found):
            try runner.resume(
                found, resumeOptimizer: options.resumesOptimizer,
                resumeSchedulers: options.resumesSchedulers,
                changedOptions: differences?.optimizerOptions)
        }
    }

    /// Forgets the file's values, which the run has taken over.
    mutating func release() { kind = .scratch }
}
