import ArgumentParser
import Experiments
import Foundation

struct TrainCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a classifier.",
        discussion: """
            The workflow of the config alternates training with validation; a ("val", 1) entry \
            computes the loss on data.val, while evaluation computes metrics at its own interval. \
            Ctrl-C finishes the step, saves a checkpoint and prints how to continue; SIGUSR1 saves one \
            and goes on.
            """)

    /// What `--resume` without a path means, in the original's word.
    static let newest = "auto"

    @OptionGroup var config: ConfigArguments

    @Option(help: "Where checkpoints and logs go; ./work_dirs/<config name> by default.")
    var workDir: String?
    @Option(help: "A checkpoint to continue.")
    var resumeFrom: String?
    @Flag(help: "Continues the newest intact checkpoint of the work directory, if there is one.")
    var autoResume = false
    @Option(help: "A checkpoint whose weights to begin with.")
    var loadFrom: String?
    @Option(
        help: ArgumentHelp(
            "Continues the newest checkpoint of the work directory, or that of a path.",
            valueName: "path"))
    var resume: String?
    @OptionGroup var training: TrainingFlags
    @Option(help: "Where all randomness starts.")
    var seed: UInt64?
    @Flag(help: "Accepted: the one process here has the seed itself.")
    var diffSeed = false
    @OptionGroup(title: "Flags of the original for machines and processes")
    var machine: MachineFlags
    @Flag(help: "Tries everything out, forecasts time, disk and memory, and writes nothing.")
    var dryRun = false

    func validate() throws {
        if autoResume, let resumeFrom {
            throw ValidationError(
                "--auto-resume: \"\(resumeFrom)\" is to be resumed; leave one of the two out")
        }
        if let resume,
            let other = resumeFrom.map({ "--resume-from \($0)" })
                ?? (autoResume ? "--auto-resume" : nil)
        {
            throw ValidationError(
                "--resume: \(resume) beside \(other); leave one of the two out")
        }
        if workDir == "" { throw ValidationError("--work-dir: no folder is named") }
    }

    func run(_ registries: Registries) throws {
        let loaded = try ConfigFile.load(config.config, overrides: config.overrides)
        let isAutomatic = resume == Self.newest
        var options = TrainingOptions(
            configPath: config.config, workDirectory: workDir,
            resumeFrom: isAutomatic ? nil : resume ?? resumeFrom,
            resumesNewest: autoResume || isAutomatic, loadFrom: loadFrom, seed: seed, notes: notes)
        training.apply(to: &options)
        try LaunchEnvironment.check(ProcessInfo.processInfo.environment)
        if !dryRun, let runner = try Runner.named(by: loaded, options, registries) {
            try runner.train()
            print(runner.summary)
            return
        }
        let session = try UnknownKeys.leavingOut(of: loaded, if: config.allowUnknown) {
            let session = try TrainingSession($0, options, registries)
            // Components tell which of their keys they know when they are built.
            if config.allowUnknown { try session.check() }
            return session
        }
        if dryRun {
            print(try session.forecast().description)
            return
        }
        let bar = ProgressBar()
        try session.run(progress: bar.map { bar in { bar.show($0, of: $1) } })
        print(session.summary)
    }

    /// What is said once about flags that do nothing.
    private var notes: [String] {
        let flags =
            machine.withoutEffect + (diffSeed ? ["--diff-seed"] : []) + training.withoutEffect
        return [MachineFlags.note(flags)].compactMap(\.self) + config.notes
    }
}
