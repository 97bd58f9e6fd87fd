import ConfigCore

/// A learning-rate policy as a chain of parameter schedulers that gives the same curve.
struct ScheduleConversion {
    /// The schedulers; nil for a rate that never changes.
    let schedulers: ConfigNode?

    init(_ node: ConfigNode, at path: String, _ runner: Experiment.Runner) throws {
        schedulers = try node.decode(at: path) { reader in
            let policy: String = try reader.required("policy")
            let byEpoch = try reader.value("by_epoch", default: runner.byEpoch)
            guard byEpoch == runner.byEpoch else {
                throw reader.failure(
                    "by_epoch", "differs from the runner's counting, not converted yet")
            }
            let warmup = try Self.warmup(&reader)
            var chain: [ConfigNode] = warmup.map { [$0] } ?? []
            let main = try Self.main(policy, &reader, runner, hasWarmup: warmup != nil)
            if let main { chain.append(main) }
            return chain.isEmpty ? nil : ConfigNode(.list(chain), origin: node.origin)
        }
    }

    /// The warmup as a factor on the rate; it reaches 1 one iteration after its last step there.
    private static func warmup(_ reader: inout ConfigReader) throws -> ConfigNode? {
        let ratio = try reader.value("warmup_ratio", default: 0.1)
        let count = try reader.value("warmup_iters", default: 0)
        let countsEpochs = try reader.value("warmup_by_epoch", default: false)
        guard let kind = try reader.optional("warmup", as: String.self) else { return nil }
        guard kind == "linear", !countsEpochs else {
            throw reader.failure(
                countsEpochs ? "warmup_by_epoch" : "warmup", "is not converted yet",
                remedy: "use a linear warmup counted in iterations")
        }
        return [
            "type": "LinearLR", "start_factor": ConfigNode(.double(ratio)), "by_epoch": false,
            "begin": 0, "end": ConfigNode(.int(count + 1)),
        ]
    }

    private static func main(
        _ policy: String, _ reader: inout ConfigReader, _ runner: Experiment.Runner, hasWarmup: Bool
    ) throws -> ConfigNode? {
        let byEpoch = ConfigNode(.bool(runner.byEpoch))
        switch policy.lowercased() {
        case "fixed": return nil
        case "step":
            let gamma = try reader.value("gamma", default: 0.1)
            if let least = reader.node("min_lr"), !least.isNull {
                throw reader.failure("min_lr", "has no counterpart in MultiStepLR")
            }
            let step: ConfigNode = try reader.required("step")
            if step.int != nil {
                return [
                    "type": "StepLR", "step_size": step, "gamma": ConfigNode(.double(gamma)),
                    "by_epoch": byEpoch,
                ]
            }
            return [
                "type": "MultiStepLR", "milestones": step, "gamma": ConfigNode(.double(gamma)),
                "by_epoch": byEpoch,
            ]
        case "cosineannealing":
            let least = try reader.optional("min_lr", as: Double.self)
            let ratio = try reader.optional("min_lr_ratio", as: Double.self)
            if hasWarmup && (least ?? 0 != 0 || ratio ?? 0 != 0) {
                throw reader.failure(
                    least != nil ? "min_lr" : "min_lr_ratio",
                    "a cosine that does not end at 0 has no exact counterpart together with warmup")
            }
            let end: (String, Double) =
                ratio.map { ("eta_min_ratio", $0) } ?? ("eta_min", least ?? 0)
            return [
                "type": "CosineAnnealingLR", "T_max": ConfigNode(.int(runner.maximum)),
                end.0: ConfigNode(.double(end.1)), "by_epoch": byEpoch,
            ]
        default:
            throw reader.failure("policy", "\"\(policy)\" is not converted yet")
        }
    }
}
