import ArgumentParser

/// The config and its changes, as every command takes them.
struct ConfigArguments: ParsableArguments {
    @Argument(help: "The config file.")
    var config: String

    @Option(
        name: .customLong("cfg-options"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "Settings to change, such as optimizer.lr=0.01 or \"workflow=[('train', 2), ('val', 1)]\".",
            valueName: "key=value"))
    var options: [String] = []
}
