import ArgumentParser
import Experiments

struct GetFlopsCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "get-flops",
        abstract: "Counts a model's parameters and its computations for one image.",
        discussion: """
            A multiplication with its addition is one FLOP. As in the original the layer that scores the \
            classes is left out, and frozen parameters are.
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json
    }

    @OptionGroup var config: ConfigArguments

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Height and width of the image, or one number for both.", valueName: "pixels"))
    var shape: [Int] = [224, 224]
    @Option(help: "How to print: text, or json for the exact numbers.")
    var format = Format.text

    func validate() throws {
        guard (1...2).contains(shape.count), shape.allSatisfy({ $0 > 0 }) else {
            let given = shape.map { "\($0)" }.joined(separator: " ")
            throw ValidationError(
                "--shape: \(given): expected one or two positive numbers; write --shape 224 224")
        }
    }

    func run(_ registries: Registries) throws {
        let loaded = try ConfigFile.load(config.config, overrides: config.overrides)
        let complexity = try ModelComplexity(
            loaded, height: shape[0], width: shape[shape.count - 1], registries: registries)
        print(format == .json ? complexity.json : complexity.description)
    }
}
