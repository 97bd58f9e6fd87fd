import ArgumentParser
import TensorCore

/// Times a training step.
struct TrainStepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train-step",
        abstract: "Times one training step: forward, backward, SGD with momentum.")

    @OptionGroup var step: StepOptions
    @OptionGroup var repetition: RepetitionOptions
    @OptionGroup var peers: PeerOptions

    @OptionGroup var algorithms: AlgorithmOptions

    func run() throws {
        try measure(step.workload(training: true), repetition, peers, algorithms)
    }
}

/// Times an evaluation step.
struct EvalStepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval-step",
        abstract: "Times one evaluation step: a forward pass to class probabilities.")

    @OptionGroup var step: StepOptions
    @OptionGroup var repetition: RepetitionOptions
    @OptionGroup var peers: PeerOptions

    @OptionGroup var algorithms: AlgorithmOptions

    func run() throws {
        try measure(step.workload(training: false), repetition, peers, algorithms)
    }
}

private func measure(
    _ workload: StepWorkload, _ repetition: RepetitionOptions, _ peers: PeerOptions,
    _ algorithms: AlgorithmOptions
) throws {
    let device = try Device()
    device.algorithms.timesCandidates = algorithms.timeAlgorithms
    let step = try EngineStep(workload, device)
    let report = try Report(repetition.format, Machine(device))
    let outcome = try repetition.contest.run(
        against: peers.forms.map {
            $0.peer(workload, python: peers.interpreter.python, threads: device.threadCount)
        }
    ) { try secondsTaken { try step() } }
    try report.add(workload.work, outcome)
    if algorithms.explain { algorithms.explain(device) }
}
