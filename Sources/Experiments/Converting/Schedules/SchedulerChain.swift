package import ConfigCore
import NeuralNet
import WorkflowRunner

/// What a chain of parameter schedulers makes of a value, step by step.
package struct SchedulerChain {
    private let group: ParameterGroup
    private let schedulers: ParameterSchedulers
    private let kind: String

    /// A chain that begins at a value.
    package init(
        _ nodes: [ConfigNode], base: Double, epochLength: Int,
        maximum: (epochs: Int?, iterations: Int)
    ) throws {
        let isMomentum = nodes.contains { $0["type"]?.string?.hasSuffix("Momentum") ?? false }
        kind = isMomentum ? "momentum" : "lr"
        group = ParameterGroup([], options: [(kind, .double(base))])
        for node in nodes where node["type"]?.string?.hasPrefix("ReduceOnPlateau") ?? false {
            throw ConfigError(
                at: node["type"] ?? node, path: "param_scheduler",
                problem: "what follows a metric has no counterpart")
        }
        schedulers = try ParameterSchedulers(
            ConfigNode(.list(nodes)),
            for: SchedulerTarget(
                [group],
                length: RunLength(
                    epochs: maximum.epochs ?? 1, iterations: maximum.iterations,
                    iterationsPerEpoch: epochLength)))
    }

    /// The value.
    package var value: Double { group[kind]?.number ?? 0 }

    /// After an iteration.
    package func stepIteration() throws { try schedulers.stepIteration() }

    /// After an epoch.
    package func stepEpoch() throws { try schedulers.stepEpoch() }

    /// The values of each base over a run.
    static func curves(
        _ nodes: [ConfigNode], _ bases: [Double], epochLength: Int, maximum: ScheduledRun.Maximum
    ) throws -> [RateCurve] {
        try bases.map { base in
            let chain = try SchedulerChain(
                nodes, base: base, epochLength: epochLength,
                maximum: (maximum.epochs, maximum.iterations(epochLength)))
            var values: [Double] = []
            let count = maximum.iterations(epochLength)
            values.reserveCapacity(count)
            for iteration in 0..<count {
                values.append(chain.value)
                try chain.stepIteration()
                if maximum.epochs != nil, (iteration + 1) % epochLength == 0 {
                    try chain.stepEpoch()
                }
            }
            return RateCurve(base: base, values: values)
        }
    }
}
