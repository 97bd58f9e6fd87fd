import ArgumentParser
import Experiments
import Foundation

struct VisLRCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "vis-lr",
        abstract: "Draws how learning rate and momentum of a config go, without training.",
        discussion: """
            Rate and momentum are set by what sets them in training. Without --save-path the picture \
            is written as <config>_lr.png and <config>_lr.svg.
            """)

    @OptionGroup var config: ConfigArguments

    @Option(
        name: [.customShort("p"), .long],
        help: "What to draw: lr, momentum or wd; by default lr and, where there is one, momentum.",
        transform: Self.quantity)
    var parameter: SchedulePicture.Quantity?
    @Option(
        name: [.customShort("d"), .long],
        help: "The number of images; without it the data set is looked at.")
    var datasetSize: Int?
    @Option(name: [.customShort("n"), .long], help: "How many GPUs share the images.")
    var ngpus = 1
    @Option(
        name: [.customShort("s"), .long],
        help: "The file to write, .png or .svg; a name without such an ending gets both.")
    var savePath: String?
    @Option(help: "What stands above the curves.")
    var title: String?
    @Option(help: "whitegrid, or white for one without grid.")
    var style = PlotStyle.whitegrid
    @Option(help: "The picture's size: width*height, each unit 100 pixels.")
    var windowSize = WindowSize(width: 12, height: 7)
    @Flag(help: "Accepted: there is no window to show pictures in.")
    var notShow = false
    @Option(help: "Accepted: nothing is logged.")
    var logLevel: String?

    func validate() throws {
        if let datasetSize, datasetSize < 1 {
            throw ValidationError("--dataset-size: must be positive, got \(datasetSize)")
        }
        if ngpus < 1 { throw ValidationError("--ngpus: must be positive, got \(ngpus)") }
    }

    private static func quantity(_ name: String) throws -> SchedulePicture.Quantity {
        guard let quantity = SchedulePicture.Quantity(rawValue: name) else {
            let known = SchedulePicture.Quantity.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\"\(name)\" is none of \(known)")
        }
        return quantity
    }

    func run(_ registries: Registries) throws {
        let loaded = try ConfigFile.load(config.config, overrides: config.overrides)
        let file = URL(fileURLWithPath: config.config)
        var options = SchedulePicture.Options()
        options.quantities = parameter.map { [$0] }
        options.datasetSize = datasetSize
        options.deviceCount = ngpus
        options.title = title
        options.size = windowSize.pixels
        options.hasGrid = style.hasGrid
        let picture = try UnknownKeys.leavingOut(of: loaded, if: config.allowUnknown) {
            try SchedulePicture($0, name: file.lastPathComponent, options, registries)
        }
        for note in picture.notes { print(note) }
        let stem = file.deletingPathExtension().lastPathComponent
        for path in try picture.write(to: savePath ?? "\(stem)_lr") {
            print("The learning rate graph is saved at \(path)")
        }
    }
}
