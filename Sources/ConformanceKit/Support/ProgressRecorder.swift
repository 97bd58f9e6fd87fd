internal import NeuralNet
internal import TrainingInterfaces
internal import WorkflowRunner

/// Notes what every training step comes to.
final class ProgressRecorder: AfterTrainIteration {
    /// The numbers of a step.
    struct Step {
        let loss: Double
        let accuracy: Double
        let learningRate: Double
        let gradientNorm: Double
        let sampleCount: Int
    }

    private(set) var steps: [Step] = []
    /// The gradients that the first step used, after clipping.
    private(set) var firstGradients = StateDictionary()

    func afterTrainIteration(_ runner: BaseRunner) throws {
        guard let outputs = runner.outputs else { return }
        if steps.isEmpty {
            for (name, parameter) in runner.model.namedParameters() {
                firstGradients[name] = try parameter.gradient?.plainTensor()
            }
        }
        func value(_ name: String) -> Double {
            outputs.logVariables.first { $0.name == name }?.value ?? .nan
        }
        let norm = runner.logBuffer.averages(over: 1).first { $0.name == "grad_norm" }?.value
        steps.append(
            Step(
                loss: value("loss"), accuracy: value("top-1"),
                learningRate: try runner.currentLearningRates.first?.values.first ?? .nan,
                gradientNorm: norm ?? .nan, sampleCount: outputs.sampleCount))
    }
}
