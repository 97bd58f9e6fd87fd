import ConfigCore
import WorkflowRunner

extension ConfigError {
    /// What is wrong with a workflow, at the place where the config has it.
    init(_ error: WorkflowError, _ experiment: Experiment) {
        var node = experiment.workflowConfig ?? [:]
        if let entry = error.entry, let step = node.list, step.indices.contains(entry) {
            let parts = step[entry].list ?? []
            let part = error.part.rawValue
            node = parts.indices.contains(part) ? parts[part] : step[entry]
        }
        self.init(at: node, path: error.path, problem: error.problem, remedy: error.remedy)
    }
}
