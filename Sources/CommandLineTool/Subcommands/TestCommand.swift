import ArgumentParser
import Experiments

struct TestCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Evaluates a checkpoint on data.test.",
        usage: "mmrunner test <config> <checkpoint> [--metrics <name> ...] [--out <file>]")

    @OptionGroup var config: ConfigArguments

    @Argument(help: "The checkpoint.")
    var checkpoint: String

    @Option(
        parsing: .upToNextOption,
        help: "Metrics: accuracy, precision, recall, f1_score, support; the config's by default.")
    var metrics: [String] = []
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Options of the metrics, such as topk=1,5.", valueName: "key=value"))
    var metricOptions: [String] = []
    @Option(help: "Where to write the results, as JSON.")
    var out: String?
    @Option(help: "The device; cpu is the only one.")
    var device = "cpu"

    func validate() throws {
        if device != "cpu" {
            throw ValidationError("--device: \"\(device)\" is not available; use cpu")
        }
        if let out, !out.hasSuffix(".json") {
            throw ValidationError("--out: \(out): only .json is written; choose such a name")
        }
    }

    func run(_ registries: Registries) throws {
        let session = try TestSession(
            ConfigFile.load(config.config, overrides: config.options), checkpoint: checkpoint,
            metrics: metrics, metricOptions: metricOptions,
            registries)
        let bar = ProgressBar()
        let results = try session.run(progress: bar.map { bar in { bar.show($0, of: $1) } })
        if let out {
            try results.write(to: out)
            print("dumping results to \(out)")
        }
        for line in results.metricLines { print(line) }
    }
}
