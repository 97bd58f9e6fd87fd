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
    @Flag(help: "Computes in bfloat16 with a scaled loss; for new-style configs.")
    var amp = false
    @Flag(help: "Scales the rate from auto_scale_lr.base_batch_size to the batch size.")
    var autoScaleLr = false
    @Flag(help: "Accepted: threads read data, no memory is pinned.")
    var noPinMemory = false
    @Flag(help: "Accepted: threads read data, no worker processes live on.")
    var noPersistentWorkers = false
    @Flag(help: "Leaves out the evaluation during training.")
    var noValidate = false
    @Option(help: "What the data is cut by; the runs have this seed and the ones that follow.")
    var seed: UInt64?
    @Flag(help: "Accepted; runs always repeat bit for bit with one seed and thread count.")
    var deterministic = false
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
        let idle = [
            ("--no-pin-memory", noPinMemory), ("--no-persistent-workers", noPersistentWorkers),
        ]
        let flags = machine.withoutEffect + idle.filter(\.1).map(\.0)
        let notes = [MachineFlags.note(flags)].compactMap(\.self) + config.notes
        var options = TrainingOptions(
            configPath: config.config, workDirectory: workDir, resumeFrom: resumeFrom,
            resumesNewest: autoResume || resume, evaluates: !noValidate, seed: seed, notes: notes)
        options.isMixedPrecision = amp
        options.scalesRate = autoScaleLr
        let validation = try CrossValidation(loaded, options, splits: numSplits, registries)
        if !summary {
            let bar = ProgressBar()
            try validation.run(only: fold, progress: bar.map { bar in { bar.show($0, of: $1) } })
        }
        if summary || fold == nil && !noValidate { print(try validation.summary()) }
    }
}
