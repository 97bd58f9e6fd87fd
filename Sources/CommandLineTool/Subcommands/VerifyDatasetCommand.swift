import ArgumentParser
import Experiments
import Foundation

struct VerifyDatasetCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-dataset",
        abstract: "Reads every image of a config's data and lists those that are broken.")

    enum Phase: String, CaseIterable, ExpressibleByArgument {
        case train, val, test
    }

    @OptionGroup var config: ConfigArguments

    @Option(help: "Where the names of broken files go; an older file is replaced.")
    var outPath = "brokenfiles.log"
    @Option(help: "Which data to read: train, val or test.")
    var phase = Phase.train
    @Option(help: "How many threads read; every core by default.")
    var numProcess: Int?

    func validate() throws {
        if let numProcess, numProcess < 1 {
            throw ValidationError("--num-process: \(numProcess): expected at least 1")
        }
        let folder = URL(fileURLWithPath: outPath).deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: folder + "/.") else {
            throw ValidationError(
                "--out-path: \(outPath): there is no folder \(folder); make it first")
        }
    }

    func run(_ registries: Registries) throws {
        let loaded = try ConfigFile.load(config.config, overrides: config.overrides)
        let bar = ProgressBar()
        let broken = try UnknownKeys.leavingOut(of: loaded, if: config.allowUnknown) {
            try DatasetVerification.brokenFiles(
                of: $0, phase: phase.rawValue,
                workers: numProcess ?? ProcessInfo.processInfo.activeProcessorCount,
                registries: registries, progress: bar.map { bar in { bar.show($0, of: $1) } })
        }
        try DatasetVerification.write(broken.map(\.file), to: outPath)
        for (_, message) in broken { print(message) }
        print(
            broken.isEmpty
                ? "no broken files"
                : "\(broken.count) broken files, their names are in \(outPath)")
    }
}
