internal import ConfigCore
internal import TrainingInterfaces
internal import WorkflowRunner

/// Hooks as configs and calls register them: their order, priorities and stages, and the table of them.
struct HookOrder: CaseFamily {
    let name = "hook_order"

    func recognizes(_ item: OracleCase) -> Bool {
        item.input["runner"] != nil && item.expected["hook_info"] != nil
    }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        let runner = try ToyRun.runner(item.input, ToyModel(context.device), context.device)
        let expected = try item.expected.field("hooks").elements().map(HookRow.init)
        do {
            try HookCalls(classes: context.file["custom_hook_classes"]).make(item.input, on: runner)
        } catch let error as MalformedCase {
            throw error
        } catch let error as UnknownOperation {
            throw error
        } catch {
            try checkRefusal(item, expected, runner)
            throw error
        }
        guard item.deviation == nil, !item.expectsError else { return }
        var differences = Differences()
        let actual = runner.registeredHooks.map(HookRow.init)
        if expected.count != actual.count {
            differences.compare(
                "hooks", expected: expected.map(\.name), actual: actual.map(\.name))
        }
        for (place, rows) in zip(expected, actual).enumerated() {
            differences.compare("hooks[\(place)]", expected: rows.0, actual: rows.1)
        }
        differences.compare(
            "hook_info", expected: try item.expected.field("hook_info").text(),
            actual: runner.hookTable)
        try differences.finish()
    }

    /// An error may come earlier than the original's: what is registered by then, it had registered too.
    private func checkRefusal(_ item: OracleCase, _ expected: [HookRow], _ runner: BaseRunner)
        throws
    {
        guard item.expectsError else { return }
        var differences = Differences()
        for row in runner.registeredHooks.map(HookRow.init) where !expected.contains(row) {
            differences.note("\(row) is registered before the error, expected \(expected)")
        }
        try differences.finish()
    }
}

/// A registered hook as cases tell it.
private struct HookRow: Equatable, CustomStringConvertible {
    let name: String
    let priority: Int
    let stages: [String]
    let byEpoch: Bool?
    let interval: Int?

    init(_ node: ConfigNode) throws {
        name = try node.field("name").text()
        priority = try node.field("priority").integer()
        stages = try node.field("stages").elements().map { try $0.text() }
        byEpoch = try node.given("by_epoch")?.flag()
        interval = try node.given("interval")?.integer()
    }

    init(_ entry: RegisteredHook) {
        name = entry.hook.name
        priority = entry.priority.rawValue
        stages = entry.stages.map(\.name)
        (byEpoch, interval) =
            switch entry.hook {
            case let hook as LearningRateHook: (hook.byEpoch, nil)
            case let hook as MomentumHook: (hook.byEpoch, nil)
            case let hook as CheckpointHook: (hook.byEpoch, hook.interval)
            case let hook as LoggerHook: (hook.byEpoch, hook.interval)
            case let hook as EvalHook: (hook.options.byEpoch, hook.options.interval)
            case let hook as ProfilerHook: (hook.byEpoch, nil)
            case let hook as EMAHook: (nil, hook.interval)
            default: (nil, nil)
            }
    }

    var description: String {
        "\(name) at \(priority), by_epoch=\(byEpoch.map { "\($0)" } ?? "-"), "
            + "interval=\(interval.map { "\($0)" } ?? "-"), \(stages)"
    }
}
