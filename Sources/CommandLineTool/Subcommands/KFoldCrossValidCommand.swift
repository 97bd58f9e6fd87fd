import ArgumentParser
import Experiments

struct KFoldCrossValidCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "kfold-cross-valid",
        abstract:
            "Trains on all parts of the data but one, for each part, and summarises the metrics.",
        discussion: """
            The data of data.train (train_dataloader) is cut into parts; each run goes to a folder fold<N> of \
            the work directory. An interrupted cross-validation goes on with --auto-resume, or with \
            --resume-from and a checkpoint of one of its runs.
            """)

    @OptionGroup var config: ConfigArguments

    @Option(help: "How many parts there are.")
    var numSplits: Int
    @Option(help: "Trains only the run that leaves out this part, from 0.")
    var fold: Int?
    @Flag(help: "Only summarises the runs that are there.")
    var summary = false
    @Option(help: "Where the folders of the runs go; ./work_dirs/<config name> by default.")
    var workDir: String?
    @Option(help: "A checkpoint of one of the runs to continue; the runs behind it follow.")
    var resumeFrom: String?
    @Flag(help: "Continues the newest checkpoint of each run, if there is one.")
    var autoResume = false
    @Flag(help: "The new style's name of --auto-resume.")
    var resume = false
    @OptionGroup var training: TrainingFlags
    @Option(help: "What the data is cut by; the runs have this seed and the ones that follow.")
    var seed: UInt64?
    @OptionGroup(title: "Flags of the original for machines and processes")
    var machine: MachineFlags

    func validate() throws {
        guard numSplits > 1 else {
            throw ValidationError("--num-splits: \(numSplits): expected at least 2 parts")
        }
        if let fold, !(0..<numSplits).contains(fold) {
            throw ValidationError(
                "--fold: \(fold): expected a number from 0 to \(numSplits - 1), below --num-splits")
        }
        if autoResume || resume, let resumeFrom {
            throw ValidationError(
                "\(autoResume ? "--auto-resume" : "--resume"): \"\(resumeFrom)\" is to be resumed; leave one of the two out"
            )
        }
    }

    func run(_ registries: Registries) throws {
        let loaded = try ConfigFile.load(config.config, overrides: config.overrides)
        let flags = machine.withoutEffect + training.withoutEffect
        let notes = [MachineFlags.note(flags)].compactMap(\.self) + config.notes
        var options = TrainingOptions(
            configPath: config.config, workDirectory: workDir, resumeFrom: resumeFrom,
            resumesNewest: autoResume || resume, seed: seed, notes: notes)
        training.apply(to: &options)
        let validation = try CrossValidation(loaded, options, splits: numSplits, registries)
        if !summary {
            let bar = ProgressBar()
            try validation.run(only: fold, progress: bar.map { bar in { bar.show($0, of: $1) } })
        }
        if summary || fold == nil && !training.noValidate { print(try validation.summary()) }
    }
}
