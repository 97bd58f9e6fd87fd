import ArgumentParser

/// How often work is repeated, and how results are written.
struct RepetitionOptions: ParsableArguments {
    @Option(help: "How often the work is timed.")
    var repeats = 10
    @Option(help: "How often it runs before.")
    var warmup = 3
    @Option(help: "text, or json for one object a line.")
    var format = OutputFormat.text

    func validate() throws {
        if repeats < 1 || warmup < 1 {
            throw ValidationError("--repeats and --warmup must be at least 1")
        }
    }

    var contest: Contest { Contest(warmup: warmup, repeats: repeats) }
}
