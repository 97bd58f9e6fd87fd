import ArgumentParser

/// The config and its changes, as every command takes them.
struct ConfigArguments: ParsableArguments {
    @Argument(help: "The config file.")
    var config: String

    @Option(
        name: .customLong("cfg-options"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "Settings to change, such as optimizer.lr=0.01 or \"workflow=[('train', 2), ('val', 1)]\"; may be given several times.",
            valueName: "key=value"))
    var options: [String] = []
    @Option(
        name: .customLong("options"), parsing: .upToNextOption,
        help: ArgumentHelp("The old name of --cfg-options.", valueName: "key=value"))
    var oldOptions: [String] = []

    @Flag(help: "Leaves out keys that nothing reads, with a warning, instead of refusing them.")
    var allowUnknown = false

    func validate() throws {
        if !options.isEmpty && !oldOptions.isEmpty {
            throw ValidationError(
                "--options: given beside --cfg-options, whose old name it is; use --cfg-options")
        }
    }

    /// The settings to change, in order.
    var overrides: [String] { options + oldOptions }

    /// What is said once about the old name.
    var notes: [String] {
        oldOptions.isEmpty ? [] : ["--options is deprecated; use --cfg-options"]
    }
}
