import ArgumentParser
import Experiments
import Foundation

struct EvalMetricCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "eval-metric",
        abstract: "Computes metrics of predictions that tools/test --out has written.",
        usage:
            "mmrunner eval-metric [<config>] <results> (--metrics <name> ... | --metric type=<name> ...)",
        discussion: """
            For a legacy config: eval-metric CONFIG RESULTS --metrics accuracy recall, with the JSON or pickle \
            of a test; for new-style metrics: eval-metric RESULTS.pkl --metric type=Accuracy topk=1,5, which \
            may be given several times.
            """)

    @Argument(
        help: "A legacy config and a file of results, or the pickle of a new-style test alone.")
    var files: [String]
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("The metrics, as for tools/test.", valueName: "name"))
    var metrics: [String] = []
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Options of the metrics, such as topk=1,5.", valueName: "key=value"))
    var metricOptions: [String] = []
    @Option(
        name: .customLong("cfg-options"), parsing: .upToNextOption,
        help: ArgumentHelp("Settings of the config to change.", valueName: "key=value"))
    var options: [String] = []
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "A new-style metric: type=Accuracy and its settings.", valueName: "key=value"))
    var metric: [String] = []

    func validate() throws {
        guard (1...2).contains(files.count) else {
            throw ValidationError(
                "expected a config and a file of results, or a pickle of results alone")
        }
        let isLegacy = files.count == 2
        if isLegacy, !metric.isEmpty {
            throw ValidationError("--metric: is for a pickle alone; with a config use --metrics")
        }
        if !isLegacy, !metrics.isEmpty || !metricOptions.isEmpty || !options.isEmpty {
            throw ValidationError(
                "--metrics: is for a config with a file of results; for a pickle alone use --metric "
                    + "type=...")
        }
        if isLegacy ? metrics.isEmpty : metric.isEmpty {
            throw ValidationError(
                isLegacy
                    ? "--metrics: name at least one metric" : "--metric: name at least one metric")
        }
    }

    func run(_ registries: Registries) throws {
        let lines =
            if files.count == 2 {
                try ResultEvaluation.legacy(
                    files[1], ConfigFile.load(files[0], overrides: options), metrics: metrics,
                    options: metricOptions, registries: registries)
            } else {
                try ResultEvaluation.newStyle(
                    files[0], metrics: Self.separated(metric), registries: registries)
            }
        for line in lines { print(line) }
    }

    /// A key that stands for the second time begins another metric.
    private static func separated(_ words: [String]) -> [[String]] {
        words.reduce(into: []) { metrics, word in
            let key = word.prefix { $0 != "=" } + "="
            if metrics.last?.contains(where: { $0.hasPrefix(key) }) ?? true { metrics.append([]) }
            metrics[metrics.count - 1].append(word)
        }
    }
}
