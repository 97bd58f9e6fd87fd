import Classifiers
import ConfigCore
import ImageData
import TrainingInterfaces

/// One line that says what validates what, since a val phase and an evaluation are easily confused.
struct ValidationSummary {
    let text: String

    init(_ experiment: Experiment, _ components: RunComponents) {
        var parts: [String] = []
        if experiment.validation != nil {
            parts.append("val phase: \(Self.validation(components))")
        } else if experiment.workflow.contains(where: { $0.phase == "val" }),
            let data = components.datasets["val"]
        {
            let manner =
                experiment.validatesWithTrainPipeline
                ? "pipeline and loader of data.train" : "own pipeline"
            parts.append("val phase: loss on data.val, \(data.count) images, \(manner)")
        } else {
            parts.append("val phase: none in the workflow")
        }
        if let evaluation = components.evaluation, let config = experiment.evaluation {
            let names = evaluation.evaluator.kinds.joined(separator: ", ")
            let interval = config.hook["interval"]?.int ?? 1
            let unit = experiment.runner.byEpoch ? "epoch" : "iteration"
            parts.append(
                "evaluation: \(names), every " + (interval == 1 ? unit : "\(interval) \(unit)s"))
        } else {
            parts.append("evaluation: none")
        }
        text = parts.joined(separator: "; ")
    }

    private static func validation(_ components: RunComponents) -> String {
        guard let validation = components.validation, let data = components.datasets["val"] else {
            return "left out"
        }
        let names = (validation as? any ForeseeableEvaluator)?.metricNames ?? ["metrics"]
        return "\(names.joined(separator: ", ")) on val_dataloader, \(data.count) images"
    }
}
