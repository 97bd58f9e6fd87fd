internal import ConfigCore
internal import Experiments
internal import NeuralNet
internal import TensorCore
internal import WorkflowRunner

/// Learning rates and momentums that MMEngine's parameter schedulers set.
struct ParamSchedulerMMEngine: CaseFamily {
    let name = "param_scheduler_mmengine"

    func recognizes(_ item: OracleCase) -> Bool { item.input["schedulers"]?.list != nil }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        let run = try SchedulerCase(item, context.device)
        let limit = try item.expected.given("lr")?.elements().count ?? 0
        do {
            try item.input["train_cfg"] == nil ? run.step() : run.train()
        } catch let error as MalformedCase {
            throw error
        } catch {
            guard !item.expectsError || run.rates.count <= limit else {
                throw Mismatch(differences: [
                    "expected an error within \(limit) rows, got it after \(run.rates.count)"
                ])
            }
            throw error
        }
        guard !item.expectsError, item.expected["error"] == nil else { return }
        var differences = Differences()
        try compare("lr", item.expected, run.rates, &differences)
        try compare("momentum", item.expected, run.momentums, &differences)
        if let final = try item.expected.given("final_lr")?.numbers() {
            compare("final_lr", final, run.values("lr"), &differences)
        }
        try differences.finish()
    }

    private func compare(
        _ what: String, _ expected: ConfigNode, _ actual: [[Double]],
        _ differences: inout Differences
    ) throws {
        guard let rows = try expected.given(what)?.elements().map({ try $0.numbers() }) else {
            return
        }
        guard rows.count == actual.count else {
            return differences.compare(
                "rows of \(what)", expected: rows.count, actual: actual.count)
        }
        for (number, row) in rows.enumerated() {
            compare("\(what)[\(number)]", row, actual[number], &differences)
        }
    }

    private func compare(
        _ what: String, _ expected: [Double], _ actual: [Double], _ differences: inout Differences
    ) {
        guard expected.count == actual.count else {
            return differences.compare(
                "values of \(what)", expected: expected.count, actual: actual.count)
        }
        for (group, pair) in zip(expected, actual).enumerated() {
            differences.compare(
                "\(what)[\(group)]", expected: pair.0, actual: pair.1, within: 1e-9 * abs(pair.0))
        }
    }
}

/// Schedulers of a case on groups of their own, and the values they set.
private final class SchedulerCase {
    private(set) var rates: [[Double]] = []
    private(set) var momentums: [[Double]] = []
    private let input: ConfigNode
    private let wrapper: OptimWrapper

    init(_ item: OracleCase, _ device: Device) throws {
        input = item.input
        let config = try input.field("optimizer")
        let groups = try config.field("groups").elements().map { options in
            ParameterGroup(
                [Parameter(try device.zeros([1]))], options: try OptimizerOptions.values(options))
        }
        wrapper = try OptimWrapper(
            try OptimizerOptions.optimizer(config.removing("groups"), groups))
    }

    /// The groups' values of a setting; Adam's momentum is its first beta.
    func values(_ name: String) -> [Double] {
        wrapper.optimizer.groups.map { group in
            if name == "momentum", case .pair(let beta, _) = group["betas"] { return beta }
            return group[name]?.number ?? .nan
        }
    }

    /// Steps all schedulers in turn.
    func step() throws {
        let schedulers = try build(
            RunLength(iterationsPerEpoch: try input.given("epoch_length")?.integer()))
        let metrics = try input.given("metrics")?.elements()
        note()
        for number in 0..<(try input.field("steps").integer()) {
            for scheduler in schedulers.schedulers {
                try scheduler.step()
                if let metrics, scheduler is PlateauScheduler {
                    try scheduler.step(metrics: Self.metrics(metrics[number]))
                }
            }
            note()
        }
    }

    /// Follows the loop of a runner, which steps after iterations, epochs and validations.
    func train() throws {
        let loop = try TrainLoopConfig(input.field("train_cfg"))
        let perEpoch = try input.field("train_length").integer()
        let metrics = try input.given("metrics")?.elements() ?? []
        let total = loop.byEpoch ? loop.maximum * perEpoch : loop.maximum
        let schedulers = try build(
            RunLength(
                epochs: loop.byEpoch ? loop.maximum : 1, iterations: total,
                iterationsPerEpoch: perEpoch))
        var validations = 0
        for iteration in 1...max(1, total) where total > 0 {
            note()
            try schedulers.stepIteration()
            let endsEpoch = loop.byEpoch && iteration % perEpoch == 0
            if endsEpoch { try schedulers.stepEpoch() }
            let done = loop.byEpoch ? iteration / perEpoch : iteration
            guard endsEpoch || !loop.byEpoch, loop.validatedAfter.contains(done) else { continue }
            if metrics.indices.contains(validations) {
                try schedulers.step(metrics: Self.metrics(metrics[validations]))
            }
            validations += 1
        }
        if !loop.byEpoch { try schedulers.stepEpoch() }
    }

    private func build(_ length: RunLength) throws -> ParameterSchedulers {
        try ParameterSchedulers(
            input.field("schedulers"), at: "schedulers",
            for: SchedulerTarget(wrapper, length: length))
    }

    private func note() {
        rates.append(values("lr"))
        if input["record_momentum"]?.bool == true { momentums.append(values("momentum")) }
    }

    private static func metrics(_ node: ConfigNode) throws -> [String: Double] {
        guard let entries = node.mapping else { return ["loss": try node.number()] }
        return Dictionary(try entries.map { ($0.key, try $0.node.number()) }) { first, _ in first }
    }
}
