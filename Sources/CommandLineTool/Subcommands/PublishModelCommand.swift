import ArgumentParser
import Experiments

struct PublishModelCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "publish-model",
        abstract: "Makes of a training checkpoint a file to give away, named after its content.",
        discussion: """
            The optimizer and what only resuming needs are left out; the name gets the date and the \
            first eight digits of the file's SHA-256, as in model_20240131-1a2b3c4d.pth.
            """)

    @Argument(help: "The checkpoint.")
    var input: String
    @Argument(help: "The name of the file to write, without date and digest.")
    var output: String

    func run(_ registries: Registries) throws {
        let file = try ModelPublication.publish(input, to: output)
        print("Successfully generated the publish-ckpt as \(file).")
    }
}
