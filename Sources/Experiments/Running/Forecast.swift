import ConfigCore
import Foundation
import ImageData
import NeuralNet
import TensorCore
import TrainingInterfaces
import WorkflowRunner

/// What a whole run will cost, from a few of its steps.
public struct Forecast: CustomStringConvertible {
    private var lines: [String] = []

    /// The forecast, a line each for time, disk and memory.
    public var description: String { lines.joined(separator: "\n") }

    /// Runs two iterations of every phase and one batch of the evaluation; nothing is kept.
    init(_ experiment: Experiment, _ components: RunComponents) throws {
        var seconds: [String: Double] = [:]
        for (step, loader) in zip(components.workflow, components.loaders) {
            let phase = step.0 == "val" && components.validation != nil ? "evaluation" : step.0
            seconds[step.0] = try Self.time(phase, loader, components)
        }
        var evaluationSeconds = 0.0
        if let evaluation = components.evaluation {
            evaluationSeconds = try Self.time("evaluation", evaluation.loader, components)
        }
        let plan = try RunPlan(experiment)
        describeTime(experiment, components, plan, seconds, evaluationSeconds)
        try describeDisk(experiment, components, plan)
        describeMemory(components)
    }

    /// Seconds an iteration takes; the first one also prepares kernels and is not counted.
    private static func time(
        _ phase: String, _ loader: any BatchSource, _ components: RunComponents
    ) throws -> Double {
        try loader.begin(epoch: 0)
        let clock = ContinuousClock()
        var seconds = 0.0
        for iteration in 0..<(phase == "evaluation" ? 1 : 2) {
            let time = try clock.measure {
                if let batch = try loader.next() {
                    try step(phase, batch, iteration, components)
                }
            }
            seconds =
                Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
        }
        return seconds
    }

    private static func step(
        _ phase: String, _ batch: Batch, _ iteration: Int, _ components: RunComponents
    ) throws {
        let tape = phase == "train" ? Tape() : nil
        let context = ForwardContext(
            mode: phase == "train" ? .training : .evaluation, tape: tape,
            device: components.device, random: KeyedRandom(seed: 0).at(iteration))
        switch phase {
        case "evaluation": _ = try components.model.predict(batch, context)
        case "train":
            let optimizers = components.optimizer ?? OptimizerSet([])
            let output = try components.model.trainStep(batch, optimizers, context)
            if let tape, let loss = output.loss, let wrapper = optimizers.single {
                try wrapper.updateParameters(loss, on: tape)
            }
        default: _ = try components.model.validationStep(batch, context)
        }
    }

    private mutating func describeTime(
        _ experiment: Experiment, _ components: RunComponents, _ plan: RunPlan,
        _ seconds: [String: Double], _ evaluationSeconds: Double
    ) {
        let trainLength = Self.trainLength(experiment, components)
        var total = 0.0
        for (step, loader) in zip(experiment.workflow, components.loaders) {
            let visits = plan.steps.filter { $0.phase == step.phase }.reduce(0) { $0 + $1.count }
            let batches = experiment.runner.byEpoch ? visits * loader.batchesPerEpoch : visits
            total += Double(batches) * (seconds[step.phase] ?? 0)
            lines.append(
                String(
                    format: "%@: %d iterations of %.1f ms", step.phase, batches,
                    (seconds[step.phase] ?? 0) * 1000))
        }
        if let evaluation = components.evaluation {
            let times = plan.evaluations.count(batchesPerEpoch: trainLength)
            total += Double(times * evaluation.loader.batchesPerEpoch) * evaluationSeconds
            lines.append(
                String(
                    format: "evaluation: %d times %d batches of %.1f ms", times,
                    evaluation.loader.batchesPerEpoch, evaluationSeconds * 1000))
        }
        if !experiment.runner.byEpoch && trainLength > 0 {
            lines.append(
                String(
                    format: "epochs: %.1f", Double(experiment.runner.maximum) / Double(trainLength))
            )
        }
        lines.append("time to the end: about \(Self.duration(total))")
    }

    private static func trainLength(_ experiment: Experiment, _ components: RunComponents) -> Int {
        zip(experiment.workflow, components.loaders)
            .first { $0.0.phase == "train" }?.1.batchesPerEpoch ?? 0
    }

    private mutating func describeDisk(
        _ experiment: Experiment, _ components: RunComponents, _ plan: RunPlan
    ) throws {
        var numbers = try components.model.stateDictionary()
        let weights = numbers.names.reduce(0) { $0 + (numbers[$1]?.shape.elementCount ?? 0) }
        numbers = StateDictionary()
        var bytes = weights * 4
        for (_, wrapper) in components.optimizer?.entries ?? [] {
            for (_, entries) in try wrapper.optimizer.state().entries {
                for case (_, .tensor(let values)) in entries {
                    bytes += values.shape.elementCount * 4
                }
            }
        }
        let kept = experiment.hooks.checkpoint?["max_keep_ckpts"]?.int ?? -1
        let saved = plan.checkpoints.count(
            batchesPerEpoch: Self.trainLength(experiment, components))
        let count = kept > 0 ? min(kept, saved) : saved
        lines.append(
            String(
                format: "checkpoints: %d of %.1f MB, %.1f MB on disk", count, Double(bytes) / 1e6,
                Double(bytes * count) / 1e6))
    }

    private mutating func describeMemory(_ components: RunComponents) {
        let peak = components.device.memoryStatistics.peak
        lines.append(
            String(
                format: "peak memory: about %.0f MB of tensors, %.0f MB resident",
                Double(peak) / 1e6, Double(ProcessMemory.peakResidentBytes) / 1e6))
    }

    private static func duration(_ seconds: Double) -> String {
        if seconds < 10 { return String(format: "%.1f s", seconds) }
        let whole = Int(seconds.rounded())
        return String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
    }
}
