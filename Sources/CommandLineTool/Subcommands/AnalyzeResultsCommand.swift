import ArgumentParser
import Experiments

struct AnalyzeResultsCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze-results",
        abstract: "Writes the images that a model is surest of, rightly and wrongly.",
        discussion: """
            The folders success and fail get the images with the highest scores, each with its \
            prediction and its class, and a file that lists them.
            """)

    @OptionGroup var config: ConfigArguments

    @Argument(help: "What tools/test --out wrote, JSON or pickle.")
    var result: String
    @Option(help: "Where the folders success and fail go.")
    var outDir: String
    @Option(help: "The most images of each.")
    var topk = 20
    @Option(
        name: [.customShort("r"), .long],
        help: "By how much images are enlarged; by default small ones, until their text fits.")
    var rescaleFactor: Double?

    func validate() throws {
        if topk < 1 { throw ValidationError("--topk: must be positive, got \(topk)") }
        if let rescaleFactor, !(rescaleFactor > 0 && rescaleFactor <= 100) {
            throw ValidationError(
                "--rescale-factor: \(rescaleFactor): expected a number above 0, at most 100")
        }
    }

    func run(_ registries: Registries) throws {
        let loaded = try ConfigFile.load(config.config, overrides: config.overrides)
        let pictures = try UnknownKeys.leavingOut(of: loaded, if: config.allowUnknown) {
            try ResultPictures(result, $0, registries)
        }
        let count = try pictures.write(to: outDir, count: topk, scale: rescaleFactor)
        print("\(outDir)/success: \(count.success) images")
        print("\(outDir)/fail: \(count.fail) images")
    }
}
