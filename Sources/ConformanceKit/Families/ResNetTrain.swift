internal import Classifiers
internal import ConfigCore
internal import Experiments
internal import Foundation
internal import NeuralNet
internal import TensorCore
internal import TrainingInterfaces
internal import WorkflowRunner

/// Short training runs of small ResNets from stored weights and data, and what comes of them.
struct ResNetTrain: CaseFamily {
    let name = "resnet_train"

    func recognizes(_ item: OracleCase) -> Bool {
        item.input["images"] != nil && item.input["init"] != nil
    }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        let setup = try TrainingSetup(item.input, context)
        let expected = item.expected
        var differences = Differences()
        try runFromStart(setup, expected, &differences)
        for run in try expected.given("resumed")?.elements() ?? [] {
            try runResumed(setup, run, &differences)
        }
        try differences.finish()
    }

    // MARK: Runs

    private func runFromStart(
        _ setup: TrainingSetup, _ expected: ConfigNode, _ differences: inout Differences
    ) throws {
        let run = try setup.makeRun()
        try run.runner.loadCheckpoint(setup.initialWeights, strict: true)
        if let logits = expected.given("initial_eval_logits") {
            let numbers = try logits.flatNumbers()
            differences.compare(
                "initial_eval_logits", expected: numbers,
                actual: try setup.evaluate(run.model).logits,
                within: max(1e-6, Differences.singlePrecision(numbers, float64Difference: 0)))
        }
        try setup.train(run)
        let bounds = try LossBounds(expected)
        try compareProgress("", expected, run.recorder, bounds, &differences)
        if let gradients = expected.given("first_iteration_gradients") {
            try compareSummaries(
                "first_iteration_gradients", gradients, run.recorder.firstGradients,
                within: 1e-4, &differences)
        }
        try compareResult(setup, run, expected, bounds, &differences)
    }

    private func runResumed(
        _ setup: TrainingSetup, _ expected: ConfigNode, _ differences: inout Differences
    ) throws {
        let run = try setup.makeRun()
        let checkpoint = try expected.field("checkpoint").text()
        try run.runner.resume(setup.folder + checkpoint)
        try setup.train(run)
        try compareProgress(
            "resumed \(checkpoint) ", expected, run.recorder, LossBounds(expected), &differences)
    }

    // MARK: Comparing

    private func compareProgress(
        _ run: String, _ expected: ConfigNode, _ recorder: ProgressRecorder, _ bounds: LossBounds,
        _ differences: inout Differences
    ) throws {
        let losses = try expected.field("losses").numbers()
        guard losses.count == recorder.steps.count else {
            return differences.compare(
                "\(run)iterations", expected: losses.count, actual: recorder.steps.count)
        }
        let rates = try expected.given("lr")?.numbers()
        let accuracies = try expected.given("top1")?.numbers()
        let norms = try expected.given("grad_norm")?.numbers()
        for (place, step) in recorder.steps.enumerated() {
            let bound = bounds.bound(place)
            differences.compare(
                "\(run)losses[\(place)]", expected: losses[place], actual: step.loss, within: bound)
            if let rate = rates?[place] {
                differences.compare(
                    "\(run)lr[\(place)]", expected: rate, actual: step.learningRate,
                    within: 1e-9 * abs(rate))
            }
            if let accuracy = accuracies?[place] {
                // Where losses may drift, a sample between two classes may change sides.
                let isStable = bound <= LossBounds.least
                differences.compare(
                    "\(run)top1[\(place)]", expected: accuracy, actual: step.accuracy,
                    within: isStable ? 1e-4 : 100 / Double(step.sampleCount) + 1e-4)
            }
            if let norm = norms?[place] {
                differences.compare(
                    "\(run)grad_norm[\(place)]", expected: norm, actual: step.gradientNorm,
                    within: norm * bound)
            }
        }
    }

    private func compareResult(
        _ setup: TrainingSetup, _ run: TrainingSetup.Run, _ expected: ConfigNode,
        _ bounds: LossBounds, _ differences: inout Differences
    ) throws {
        let last = bounds.bound(run.recorder.steps.count - 1)
        let spread = try expected.given("final_eval_max_abs_diff")?.entries.map {
            try $0.node.number()
        }
        let evaluation = try setup.evaluate(run.model)
        let outputs = [
            ("final_eval_logits", evaluation.logits), ("final_eval_softmax", evaluation.softmax),
        ]
        for (name, actual) in outputs {
            guard let numbers = try expected.given(name)?.flatNumbers() else { continue }
            let precision = Differences.singlePrecision(
                numbers, float64Difference: spread?.max() ?? 0)
            differences.compare(
                name, expected: numbers, actual: actual, within: max(precision, last))
        }
        let state = try run.model.stateDictionary()
        if let summaries = expected.given("final_state") {
            try compareSummaries(
                "final_state", summaries, state, within: max(1e-4, last), &differences)
        }
        if let final = setup.finalWeights {
            try compareState(state, try Checkpoint.read(final).state, within: last, &differences)
        }
    }

    /// Compares every value of every tensor with those of the stored result.
    private func compareState(
        _ state: StateDictionary, _ final: StateDictionary, within bound: Double,
        _ differences: inout Differences
    ) throws {
        differences.compare("names of the final state", expected: final.names, actual: state.names)
        for name in final.names {
            guard let expected = final[name], let actual = state[name] else { continue }
            let numbers = expected.floats.map(Double.init)
            let scale = numbers.reduce(0) { max($0, abs($1)) }
            differences.compare(
                "final \(name)", expected: numbers, actual: actual.floats.map(Double.init),
                within: expected.integers == nil ? bound * max(1, scale) : 0)
        }
    }

    /// Compares sums and first values of tensors, relative to the size of their values.
    private func compareSummaries(
        _ what: String, _ expected: ConfigNode, _ actual: StateDictionary, within share: Double,
        _ differences: inout Differences
    ) throws {
        differences.compare(
            "names of \(what)", expected: expected.entries.keys.sorted(),
            actual: actual.names.sorted())
        for (name, summary) in expected.entries {
            guard let tensor = actual[name] else { continue }
            differences.compare(
                "\(what) \(name) shape", expected: try summary.field("shape").integers(),
                actual: tensor.shape)
            let values = tensor.floats.map(Double.init)
            let total = try summary.field("abs_sum").number()
            let sums = [
                ("sum", values.reduce(0, +)), ("abs_sum", values.reduce(0) { $0 + abs($1) }),
            ]
            for (key, sum) in sums {
                differences.compare(
                    "\(what) \(name) \(key)", expected: try summary.field(key).number(),
                    actual: sum, within: share * max(total, 1e-12))
            }
            let first = try summary.field("first").numbers()
            let scale = first.reduce(total / Double(max(1, values.count))) { max($0, abs($1)) }
            differences.compare(
                "\(what) \(name) first", expected: first, actual: Array(values.prefix(8)),
                within: share * scale)
        }
    }
}

/// How far losses may be off, iteration by iteration.
///
/// Training amplifies rounding, so the recording tells how far equally good runs part.
private struct LossBounds {
    /// What every iteration may be off.
    static let least = 1e-5

    private let envelope: [Double]

    init(_ expected: ConfigNode) throws {
        envelope = try expected.given("loss_envelope")?.field("1e-06").numbers() ?? []
    }

    func bound(_ iteration: Int) -> Double {
        guard envelope.indices.contains(iteration) else { return Self.least }
        return max(Self.least, 10 * envelope[iteration])
    }
}
