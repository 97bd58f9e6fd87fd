import ArgumentParser
import Experiments

struct PredictCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Tells the classes of images.",
        usage:
            "mmrunner predict <config> <checkpoint> <image> ... [--format json] [--out-dir <folder>]",
        discussion: """
            Images go through the pipeline of data.test (test_dataloader). The names of the classes are those \
            of the checkpoint, else those of the config. Pictures are called as their images; where two \
            would have one name, the second has its number behind.
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json
    }

    @OptionGroup var config: ConfigArguments

    @Argument(help: "The checkpoint.")
    var checkpoint: String
    @Argument(help: "Image files, or folders of which all images are meant.")
    var images: [String]
    @Option(help: "How to print: text, a line an image, or json.")
    var format = Format.text
    @Option(help: "A folder for the images as PNG files, each with its prediction below.")
    var outDir: String?
    @Option(help: "The device; cpu is the only one.")
    var device = "cpu"

    func validate() throws {
        guard device == "cpu" else {
            throw ValidationError("--device: \"\(device)\" is not available; use cpu")
        }
    }

    func run(_ registries: Registries) throws {
        let loaded = try ConfigFile.load(config.config, overrides: config.overrides)
        let model = try UnknownKeys.leavingOut(of: loaded, if: config.allowUnknown) {
            try InferenceModel($0, checkpoint: checkpoint, registries: registries)
        }
        Warnings.print(config.notes + model.warnings)
        let pictures = try outDir.map(PredictionPictures.init)
        let bar = images.count > 1 ? ProgressBar() : nil
        let predictions = try model.predict(
            images, onProgress: bar.map { bar in { bar.show($0, of: $1) } })
        try pictures?.write(predictions)
        print(format == .json ? Prediction.json(predictions) : Prediction.lines(predictions))
    }
}
