import ArgumentParser
import Experiments

struct TrainCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a classifier.",
        discussion: """
            The workflow of the config alternates training with validation; a ("val", 1) entry \
            computes the loss on data.val, while evaluation computes metrics at its own interval. \
            Ctrl-C finishes the step, saves a checkpoint and prints how to continue; SIGUSR1 saves one \
            and goes on.
            """)

    @OptionGroup var config: ConfigArguments

    @Option(help: "Where checkpoints and logs go; ./work_dirs/<config name> by default.")
    var workDir: String?
    @Option(help: "A checkpoint to continue.")
    var resumeFrom: String?
    @Flag(help: "Continues the newest intact checkpoint of the work directory, if there is one.")
    var autoResume = false
    @Option(help: "A checkpoint whose weights to begin with.")
    var loadFrom: String?
    @Flag(help: "Leaves out the evaluation during training.")
    var noValidate = false
    @Option(help: "Where all randomness starts.")
    var seed: UInt64?
    @Flag(help: "Accepted; runs always repeat bit for bit with one seed and thread count.")
    var deterministic = false
    @Option(help: "The device; cpu is the only one.")
    var device = "cpu"
    @Option(help: "The launcher; none is the only one.")
    var launcher = "none"
    @Flag(help: "Tries everything out, forecasts time, disk and memory, and writes nothing.")
    var dryRun = false

    func validate() throws {
        if autoResume, let resumeFrom {
            throw ValidationError(
                "--auto-resume: \"\(resumeFrom)\" is to be resumed; leave one of the two out")
        }
        if workDir == "" { throw ValidationError("--work-dir: no folder is named") }
        if device != "cpu" {
            throw ValidationError("--device: \"\(device)\" is not available; use cpu")
        }
        if launcher != "none" {
            throw ValidationError("--launcher: \"\(launcher)\" is not available; use none")
        }
    }

    func run(_ registries: Registries) throws {
        let loaded = try ConfigFile.load(config.config, overrides: config.options)
        let options = TrainingOptions(
            configPath: config.config, workDirectory: workDir, resumeFrom: resumeFrom,
            resumesNewest: autoResume, loadFrom: loadFrom, evaluates: !noValidate, seed: seed)
        let session = try TrainingSession(loaded, options, registries)
        if dryRun {
            print(try session.forecast().description)
            return
        }
        let bar = ProgressBar()
        try session.run(progress: bar.map { bar in { bar.show($0, of: $1) } })
        print(session.summary)
    }
}
