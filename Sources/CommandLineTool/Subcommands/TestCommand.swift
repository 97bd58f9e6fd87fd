import ArgumentParser
import Experiments
import Foundation

struct TestCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Evaluates a checkpoint on data.test.",
        usage: "mmrunner test <config> <checkpoint> [--metrics <name> ...] [--out <file>]")

    @OptionGroup var config: ConfigArguments

    @Argument(help: "The checkpoint.")
    var checkpoint: String

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Metrics of a legacy config: accuracy, precision, recall, f1_score, support; for multi-label data mAP, CP, CR, CF1, OP, OR, OF1; the config's by default.",
            valueName: "name"))
    var metrics: [String] = []
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Options of the metrics, such as topk=1,5.", valueName: "key=value"))
    var metricOptions: [String] = []
    @Option(help: "Where to write the results: a .json file, or .pkl for Python's pickle.")
    var out: String?
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "What to write beside the metrics: all (the default), none, or some of \(ResultItem.list).",
            valueName: "item"), transform: Self.item)
    var outItems: [ResultItem] = [.all]
    @Option(
        help:
            "A folder for a file with the metrics, <time>.json; of a new-style config for a folder of that name with log and metrics, ./work_dirs/<config name> by default."
    )
    var workDir: String?
    @Flag(help: "Computes in bfloat16, where the processor is fast at it.")
    var amp = false
    @Flag(
        help:
            "Averages the scores of an image and its mirror image, or what tta_pipeline says; for new-style configs."
    )
    var tta = false
    @Option(
        help: "What --out holds of a new-style config's test: metrics, or pred for predictions too."
    )
    var outItem: String?
    @Flag(help: "Refused: there is no window to show images in.")
    var show = false
    @Option(help: "A folder for the images, each with its prediction below.")
    var showDir: String?
    @Option(help: "Of how many images --show-dir draws one.")
    var interval = 1
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Refused: there is one way to draw.", visibility: .hidden))
    var showOptions: [String] = []
    @Option(help: "Accepted: one process has nothing to gather.")
    var tmpdir: String?
    @Flag(help: "Accepted: one process has nothing to gather.")
    var gpuCollect = false
    @OptionGroup(title: "Flags of the original for machines and processes")
    var machine: MachineFlags

    func validate() throws {
        if let out, !TestResults.canWrite(to: out) {
            throw ValidationError("--out: \(out): expected a name that ends in .json or .pkl")
        }
        if let outItem, !["metrics", "pred"].contains(outItem) {
            throw ValidationError("--out-item: \"\(outItem)\" is none of metrics, pred")
        }
        if outItem != nil, out == nil {
            throw ValidationError("--out-item: there is no --out to write to; add it")
        }
        if show {
            throw ValidationError(
                "--show: there is no window to show images in; write them with --show-dir")
        }
        if !showOptions.isEmpty {
            throw ValidationError("--show-options: there is one way to draw; leave it out")
        }
        if interval < 1 { throw ValidationError("--interval: must be positive, got \(interval)") }
    }

    private static func item(_ name: String) throws -> ResultItem {
        guard let item = ResultItem(rawValue: name) else {
            throw ValidationError("\"\(name)\" is none of all, none, \(ResultItem.list)")
        }
        return item
    }

    /// What is said once about flags that do nothing.
    private var notes: [String] {
        let flags =
            (tmpdir == nil ? [] : ["--tmpdir"]) + (gpuCollect ? ["--gpu-collect"] : [])
            + machine.withoutEffect
        return [MachineFlags.note(flags)].compactMap(\.self) + config.notes
    }

    func run(_ registries: Registries) throws {
        let loaded = try ConfigFile.load(config.config, overrides: config.overrides)
        try LaunchEnvironment.check(ProcessInfo.processInfo.environment)
        var options = TestOptions(checkpoint: checkpoint)
        options.metrics = metrics
        options.metricOptions = metricOptions
        options.isMixedPrecision = amp
        options.averagesViews = tta
        options.notes = notes
        (options.configPath, options.workDirectory) = (config.config, workDir)
        // As in the originals, a new-style test dumps samples, a legacy one a table of scores.
        let dumps = out.map { !$0.hasSuffix(".json") } ?? false && outItem != "metrics"
        options.dump = dumps ? out : nil
        let session = try UnknownKeys.leavingOut(of: loaded, if: config.allowUnknown) {
            try TestSession($0, options, registries)
        }
        let bar = ProgressBar()
        let results = try session.run(
            drawing: showDir.map { ($0, interval) },
            progress: bar.map { bar in { bar.show($0, of: $1) } })
        if let out {
            if !session.hasDumped {
                try results.write(to: out, items: outItem == "metrics" ? [.none] : Set(outItems))
            }
            print("dumping results to \(out)")
        }
        if let workDir, !session.hasLogged { try results.writeMetrics(in: workDir) }
        for line in results.metricLines { print(line) }
    }
}
