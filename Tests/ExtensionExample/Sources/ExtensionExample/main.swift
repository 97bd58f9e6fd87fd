import Foundation
import MMRunner

/// Logs how long the vector of all weights is.
final class WeightNormHook: AfterTrainEpoch {
    func afterTrainEpoch(_ runner: BaseRunner) throws {
        let squares = try runner.model.namedParameters().map { _, parameter in
            try parameter.value.plainValues().reduce(0) { $0 + $1 * $1 }
        }
        runner.logger.info("weight norm: \(squares.reduce(0, +).squareRoot())")
    }
}

/// A learning rate that is halved every epoch.
struct Halving: LearningRateSchedule {
    func value(base: Double, progress: Int, maximum: Int) -> Double { base / Double(1 << progress) }
}

/// A runner with a phase of its own: `refine` trains with softer scores and counts its epochs.
final class RefiningRunner: EpochBasedRunner {
    override var phases: [String: Phase] {
        super.phases.merging(["refine": { [unowned self] in try refine($0) }]) { $1 }
    }
    override var advancingPhases: Set<String> { ["train", "refine"] }

    func refine(_ loader: any BatchSource) throws {
        stepOptions[TinyNet.Temperature.self] = TinyNet.Temperature(value: 2)
        defer { stepOptions[TinyNet.Temperature.self] = nil }
        try runEpoch(loader, as: .train.named("refine"))
    }
}

var registries = Registries.standard()
registries.datasets.register("Stripes") { reader, context in
    Stripes(count: try reader.required("count"), pipeline: try Pipeline(from: &reader, context))
}
registries.transforms.register("AddNoise") { reader, _ in
    AddNoise(deviation: try reader.value("deviation", default: 0.1))
}
registries.models.classifiers.register("TinyNet") { _, context in
    try TinyNet(context.value(), context.value())
}
registries.hooks.register("WeightNormHook") { _, _ in WeightNormHook() }
LearningRatePolicies.add("Halving", to: &registries.hooks) { _ in Halving() }
registries.runners.register("RefiningRunner") { reader, context in
    try RefiningRunner(context.value(), maxEpochs: try reader.required("max_epochs"))
}
exit(run(arguments: Array(CommandLine.arguments.dropFirst()), registries: registries))
