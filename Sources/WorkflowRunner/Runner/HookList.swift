/// A hook with its place among the others.
public struct RegisteredHook {
    /// The hook.
    public let hook: any Hook
    /// When it acts among those of its stages.
    public let priority: HookPriority
    /// The stages it acts at, in the order of a run; both-phase stages are told by those they stand for.
    public let stages: [HookStage]
    /// The hook's name, numbered from the second of that name on: what checkpoints call it.
    let key: String
    let actions: [HookStage: HookActions.Action]
}

/// The hooks of a run in the order in which they act, with each stage's list computed once.
struct HookList {
    private(set) var registered: [RegisteredHook] = []
    /// Those that keep weights for evaluation; asked for in every iteration, so found once.
    private(set) var evaluationWeights: [any EvaluationWeights] = []
    private var dispatch = [[HookAction]](repeating: [], count: HookStage.allCases.count)

    /// Puts a hook behind those of its priority; false where the instance is there already.
    mutating func insert(_ hook: any Hook, priority: HookPriority) -> Bool {
        guard !registered.contains(where: { $0.hook === hook }) else { return false }
        let actions = HookActions.actions(of: hook)
        let namesakes = registered.count { $0.hook.name == hook.name }
        let entry = RegisteredHook(
            hook: hook, priority: priority,
            stages: HookStage.allCases.filter { actions[$0] != nil && !$0.isBothPhase },
            key: namesakes == 0 ? hook.name : "\(hook.name) \(namesakes + 1)", actions: actions)
        let place = registered.firstIndex { $0.priority > priority } ?? registered.count
        registered.insert(entry, at: place)
        if let weights = hook as? any EvaluationWeights { evaluationWeights.append(weights) }
        for stage in HookStage.allCases {
            dispatch[stage.rawValue] = registered.compactMap { entry in
                entry.actions[stage].map { HookAction(key: entry.key, run: $0) }
            }
        }
        return true
    }

    /// What happens at a stage, in order.
    func actions(at stage: HookStage) -> [HookAction] { dispatch[stage.rawValue] }

    /// The table that is logged at start, as MMCV prints it.
    var table: String {
        HookStage.allCases.lazy.filter { !$0.isBothPhase }.compactMap { stage -> String? in
            let rows = registered.filter { $0.stages.contains(stage) }.map { entry in
                "(\(entry.priority.label.padded(to: 12))) \(entry.hook.name.padded(to: 35))"
            }
            guard !rows.isEmpty else { return nil }
            return "\(stage.name):\n" + rows.joined(separator: "\n") + "\n -------------------- "
        }.joined(separator: "\n")
    }
}

extension String {
    /// The text with spaces behind it up to that width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
