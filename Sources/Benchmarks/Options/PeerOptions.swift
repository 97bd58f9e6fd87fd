import ArgumentParser

/// Against which forms of PyTorch a step is measured.
struct PeerOptions: ParsableArguments {
    @Flag(
        help: "Run the same work in PyTorch in turn, and print PyTorch's time in units of ours.")
    var againstPytorch = false
    @Option(
        help: ArgumentHelp(
            "The forms of PyTorch, separated by commas: \(PyTorchForm.list). [default: all]",
            valueName: "names"))
    var peers: PeerSelection?
    @OptionGroup var interpreter: PythonOption

    func validate() throws {
        if peers != nil && !againstPytorch {
            throw ValidationError("--peers has no effect without --against-pytorch; add that")
        }
    }

    /// The forms to measure.
    var forms: [PyTorchForm] {
        againstPytorch ? peers?.forms ?? PyTorchForm.allCases : []
    }
}

/// The interpreter that runs PyTorch.
struct PythonOption: ParsableArguments {
    @Option(help: "The Python that has torch.")
    var python = "python3"
}

/// Forms of PyTorch, as they are listed on the command line.
struct PeerSelection: ExpressibleByArgument {
    let forms: [PyTorchForm]

    init?(argument: String) {
        let names = argument.split(separator: ",")
        forms = names.compactMap { PyTorchForm(rawValue: String($0)) }
        if forms.isEmpty || forms.count != names.count { return nil }
    }
}
