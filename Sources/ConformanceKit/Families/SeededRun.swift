internal import ConfigCore
internal import Experiments
internal import Foundation
internal import NeuralNet
internal import TensorCore
internal import WorkflowRunner

/// Whole training runs from their seed: the initial weights, the files of every batch, and the losses.
struct SeededRun: CaseFamily {
    let name = "seeded_run"

    func recognizes(_ item: OracleCase) -> Bool {
        item.input["seed"] != nil && item.input["config"] != nil
    }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        let recording = SeededRunRecording()
        try train(item.input, context, recording)
        guard !item.expectsError else { return }
        let notes = recording.current
        var differences = Differences()
        if let state = item.expected.given("initial_state") {
            try compareState(state, notes.initialState, &differences)
        }
        try compareIterations(
            item.expected.field("batches").elements(), notes.iterations, &differences)
        try differences.finish()
    }

    // MARK: Running

    private func train(
        _ input: ConfigNode, _ context: CaseContext, _ recording: SeededRunRecording
    ) throws {
        guard let seed = UInt64(exactly: try input.field("seed").integer()) else {
            throw MalformedCase("expected a seed of 0 or more")
        }
        let data = URL(filePath: context.folder).appending(path: "../data").standardizedFileURL
        let config = Self.anchored(
            try input.field("config"), in: data.path(percentEncoded: false))
        guard let entries = config.mapping else { throw MalformedCase("config is no mapping") }
        var registries = Registries.standard()
        registries.hooks.register(SeededRunRecording.hookName) { _, _ in recording.makeHook() }
        // The original's own files decide about its custom hooks, so that ours comes first.
        let hook: ConfigNode = [
            "type": ConfigNode(.string(SeededRunRecording.hookName)), "priority": "VERY_HIGH",
        ]
        let hooks = entries["custom_hooks"].flatMap { $0.isNull ? nil : $0 }
        let list = [hook] + (hooks.map { $0.list ?? [$0] } ?? [])
        let root = config.setting("custom_hooks", to: ConfigNode(.list(list)))
            .setting("log_level", to: "CRITICAL")
        try ScratchFolder.use { folder in
            let options = TrainingOptions(
                configPath: "seeded_run.json", workDirectory: "\(folder)/run",
                evaluates: try input.given("validate")?.flag() ?? true, seed: seed)
            try TrainingSession(LoadedConfig(root: root), options, registries).run()
        }
    }

    /// The config with folders of data below that one.
    private static func anchored(_ node: ConfigNode, in folder: String) -> ConfigNode {
        switch node.value {
        case .mapping(let entries):
            let changed = entries.map { key, value -> (key: String, node: ConfigNode) in
                guard ["data_prefix", "ann_file"].contains(key), let path = value.string,
                    !path.hasPrefix("/")
                else { return (key, anchored(value, in: folder)) }
                return (key, ConfigNode(.string("\(folder)/\(path)"), origin: value.origin))
            }
            return ConfigNode(.mapping(ConfigMapping(changed)), origin: node.origin)
        case .list(let elements):
            return ConfigNode(
                .list(elements.map { anchored($0, in: folder) }), origin: node.origin)
        default: return node
        }
    }

    // MARK: Comparing

    private func compareState(
        _ expected: ConfigNode, _ state: StateDictionary, _ differences: inout Differences
    ) throws {
        let floating = state.names.filter { state[$0]?.integers == nil }
        differences.compare(
            "names of the initial state", expected: expected.entries.keys.sorted(),
            actual: floating.sorted())
        for (name, summary) in expected.entries {
            guard let values = state[name]?.floats.map(Double.init) else { continue }
            let total = try summary.field("abs_sum").number()
            let sums = [
                ("sum", values.reduce(0, +)), ("abs_sum", values.reduce(0) { $0 + abs($1) }),
            ]
            for (key, sum) in sums {
                differences.compare(
                    "initial \(name) \(key)", expected: try summary.field(key).number(),
                    actual: sum, within: 1e-6 * total)
            }
            let first = try summary.field("first").numbers()
            let scale = first.reduce(0) { max($0, abs($1)) }
            differences.compare(
                "initial \(name) first", expected: first, actual: Array(values.prefix(first.count)),
                within: 1e-6 * scale)
        }
    }

    private func compareIterations(
        _ expected: [ConfigNode], _ actual: [SeededRunRecording.Iteration],
        _ differences: inout Differences
    ) throws {
        guard expected.count == actual.count else {
            return differences.compare(
                "iterations", expected: expected.count, actual: actual.count)
        }
        var sums: [Int: (expected: Double, actual: Double, count: Double)] = [:]
        for (place, (recorded, iteration)) in zip(expected, actual).enumerated() {
            let epoch = try recorded.field("epoch").integer()
            differences.compare("batches[\(place)].epoch", expected: epoch, actual: iteration.epoch)
            try compareFiles(
                "batches[\(place)].files", recorded.field("files").elements(), iteration.files,
                &differences)
            let loss = try recorded.field("loss").number()
            if place < 10 {
                differences.compare(
                    "batches[\(place)].loss", expected: loss, actual: iteration.loss, within: 2e-5)
            }
            let sum = sums[epoch] ?? (0, 0, 0)
            sums[epoch] = (sum.expected + loss, sum.actual + iteration.loss, sum.count + 1)
        }
        for (epoch, sum) in sums.sorted(by: { $0.key < $1.key }) {
            let mean = sum.expected / sum.count
            differences.compare(
                "mean loss of epoch \(epoch)", expected: mean, actual: sum.actual / sum.count,
                within: 0.01 * abs(mean))
        }
    }

    /// Files are named from the data set's folder, or from that of all data.
    private func compareFiles(
        _ what: String, _ expected: [ConfigNode], _ actual: [String],
        _ differences: inout Differences
    ) throws {
        let names = try expected.map { try $0.text() }
        guard names.count == actual.count else {
            return differences.compare(what, expected: names.count, actual: actual.count)
        }
        for (place, pair) in zip(names, actual).enumerated()
        where !pair.1.hasSuffix("/" + pair.0) {
            return differences.compare("\(what)[\(place)]", expected: pair.0, actual: pair.1)
        }
    }
}
