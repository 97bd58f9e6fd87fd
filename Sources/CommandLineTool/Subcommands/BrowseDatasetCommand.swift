import ArgumentParser
import Experiments
import Foundation

struct BrowseDatasetCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "browse-dataset",
        abstract: "Writes contact sheets of a data set's images, before and after its pipeline.")

    @OptionGroup var config: ConfigArguments

    @Option(
        name: [.customShort("o"), .long],
        help: "Where the sheets go, as <phase>_<mode>_<number>.png.")
    var outputDir: String?
    @Option(
        name: [.customShort("p"), .long], help: "Which data: train, val or test.",
        transform: Self.phase)
    var phase = "train"
    @Option(
        name: [.customShort("n"), .long, .customLong("show-number")],
        help: "The most images to show.")
    var number = 48
    @Option(
        name: [.customShort("m"), .long],
        help:
            "What to show: original, transformed, concat (both) or pipeline (after every step).",
        transform: Self.mode)
    var mode = DatasetSheets.Mode.concat
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Steps of the pipeline to leave out; by default those whose results are no pictures: \(DatasetSheets.skippedTypes.joined(separator: ", ")).",
            valueName: "type"))
    var skipType: [String] = []
    @Option(help: "Where random steps start.")
    var seed: UInt64 = 0
    @Flag(name: .customLong("bgr2rgb"), help: "Swaps red and blue.")
    var swapsColors = false
    @Option(
        name: [.customShort("c"), .long],
        help: "What the pipeline leaves: BGR, or RGB, which is swapped.", transform: Self.order)
    var channelOrder = "BGR"
    @Flag(help: "Refused: there is no window to show images in.")
    var show = false
    @Flag(help: "Accepted: there is no window to show images in.")
    var notShow = false
    @Option(
        name: [.customShort("r"), .long], help: "By how much larger the images are drawn.")
    var rescaleFactor = 1.0
    @Flag(help: "Accepted: sheets fit images to their places.")
    var adaptive = false
    @Option(help: ArgumentHelp("Accepted: see --adaptive.", visibility: .hidden))
    var minEdgeLength: Int?
    @Option(help: ArgumentHelp("Accepted: see --adaptive.", visibility: .hidden))
    var maxEdgeLength: Int?
    @Option(help: ArgumentHelp("Accepted: there is no window.", visibility: .hidden))
    var windowSize: WindowSize?
    @Option(
        name: [.customShort("i"), .long],
        help: ArgumentHelp("Accepted: there is no window.", visibility: .hidden))
    var showInterval: Double?
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Refused: there is one way to draw.", visibility: .hidden))
    var showOptions: [String] = []

    func validate() throws {
        if show {
            throw ValidationError(
                "--show: there is no window to show images in; write sheets with --output-dir")
        }
        guard outputDir != nil else {
            throw ValidationError(
                "--output-dir: missing, so nothing would be written; name a folder")
        }
        guard number > 0 else {
            throw ValidationError("--number: must be positive, got \(number)")
        }
        guard rescaleFactor >= 0.1, rescaleFactor <= 10 else {
            throw ValidationError(
                "--rescale-factor: \(rescaleFactor): expected a number from 0.1 to 10")
        }
        if !showOptions.isEmpty {
            throw ValidationError("--show-options: there is one way to draw; leave it out")
        }
    }

    private static func phase(_ name: String) throws -> String {
        try choice(name, among: ["train", "val", "test"])
    }

    private static func order(_ name: String) throws -> String {
        try choice(name, among: ["BGR", "RGB"])
    }

    private static func mode(_ name: String) throws -> DatasetSheets.Mode {
        let known = DatasetSheets.Mode.allCases.map(\.rawValue)
        return DatasetSheets.Mode(rawValue: try choice(name, among: known)) ?? .concat
    }

    private static func choice(_ name: String, among known: [String]) throws -> String {
        guard known.contains(name) else {
            throw ValidationError("\"\(name)\" is none of \(known.joined(separator: ", "))")
        }
        return name
    }

    func run(_ registries: Registries) throws {
        let loaded = try ConfigFile.load(config.config, overrides: config.overrides)
        var options = DatasetSheets.Options()
        options.phase = phase
        options.count = number
        options.mode = mode
        if !skipType.isEmpty { options.skippedTypes = skipType }
        options.swapsColors = swapsColors || channelOrder == "RGB"
        options.seed = seed
        options.scale = rescaleFactor
        let name = URL(fileURLWithPath: config.config).lastPathComponent
        let sheets = try UnknownKeys.leavingOut(of: loaded, if: config.allowUnknown) {
            try DatasetSheets($0, name: name, options, registries)
        }
        let bar = ProgressBar()
        let files = try sheets.write(to: outputDir ?? ".") { bar?.show($0, of: $1) }
        let shown = min(number, sheets.datasetSize)
        print("\(shown) of \(sheets.datasetSize) images:")
        for file in files { print(file) }
    }
}
