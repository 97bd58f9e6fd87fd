import ConfigCore
import WorkflowRunner

extension NewStyleInterpreter {
    /// What `train_cfg` says; for a loop of the user's own only its length, and its config.
    typealias Training = (loop: TrainLoopConfig, own: ConfigNode?)

    static func trainLoop(_ reader: inout ConfigReader, _ registries: Registries) throws
        -> Training?
    {
        guard let node = try reader.optional("train_cfg", as: ConfigNode.self) else { return nil }
        guard let type = node["type"]?.string, registries.trainLoops.contains(type) else {
            return (try TrainLoopConfig(node, ownLoops: registries.trainLoops.names), nil)
        }
        let loop = try registries.trainLoops.build(node, at: "train_cfg", registries.context())
        return (TrainLoopConfig(byEpoch: loop.maxEpochs != nil, maximum: loop.maximum), node)
    }

    /// The phases of the run; a loop of the user's own has each once, and goes through them itself.
    static func workflow(_ training: Training?, validates: Bool) -> [(phase: String, count: Int)] {
        guard let training else { return [] }
        if training.own != nil { return [("train", 1)] + (validates ? [("val", 1)] : []) }
        return WorkflowAdapter.workflow(
            for: training.loop, validationLength: validates ? 1 : nil
        ).map { ($0.0, $0.1) }
    }

    /// What `val_cfg` and `val_evaluator` say, or those of a test.
    static func evaluation(
        _ phase: String, _ reader: inout ConfigReader, _ built: Set<String>,
        _ registries: Registries
    ) throws -> Experiment.PhaseEvaluation? {
        let loops = registries.evaluationLoops
        let key = "\(phase)_cfg"
        let node = reader.node(key)
        let isOwn = node?["type"]?.string.map(loops.contains) ?? false
        let own: ConfigNode? = isOwn ? node : .none
        var isMixed: Bool? = own.map { _ in false }
        if let own {
            _ = try loops.build(own, at: key, registries.context())
        } else {
            let kind = phase == "val" ? "ValLoop" : "TestLoop"
            isMixed = try reader.nested(key) { reader in
                let type = try reader.value("type", default: kind)
                guard type.split(separator: ".").last.map(String.init) == kind else {
                    let known = [kind] + loops.names
                    throw reader.unknownComponent("loop", type, among: known)
                }
                return try reader.value("fp16", default: false)
            }
        }
        let metrics: ConfigNode? = try reader.optional("\(phase)_evaluator")
        let standIn: ConfigNode? = built.contains("\(phase)_evaluator") ? .some([:]) : .none
        guard let isMixed, let metrics = metrics ?? standIn else { return nil }
        return Experiment.PhaseEvaluation(
            metrics: metrics, path: "\(phase)_evaluator", isMixedPrecision: isMixed, loop: own)
    }

    /// A subclass of `Runner` is one that the program has registered.
    static func checkRunnerType(_ root: ConfigNode, _ registries: Registries) throws {
        guard let type = root["runner_type"], !type.isNull, type.string != "Runner" else { return }
        let known = ["Runner"] + registries.runnerTypes.keys.sorted()
        guard let name = type.string, !known.contains(name) else {
            if type.string != nil { return }
            throw ConfigError(at: type, path: "runner_type", expected: "a runner's name")
        }
        throw ConfigError(
            at: type, path: "runner_type", problem: "\"\(name)\" is not a known runner",
            remedy: Spelling.suggestion(for: name, among: known).map { "did you mean \"\($0)\"?" }
                ?? "known: \(known.joined(separator: ", "))")
    }
}
