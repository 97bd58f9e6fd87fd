import ConfigCore
import ImageData
import NeuralNet
import TensorCore
import TrainingInterfaces

/// A model whose scores are the mean of those it gives to several views of each image.
///
/// Source: `AverageClsScoreTTA` of MMPretrain.
final class ViewAveragingModel: LabelPredicting {
    private let model: any TrainableModel
    /// The views beside the one that the test's own loader gives, batch by batch.
    private let others: [DataLoader]

    private init(_ model: any TrainableModel, _ others: [DataLoader]) {
        self.model = model
        self.others = others
        for loader in others { loader.begin(epoch: 0) }
    }

    /// Puts an averaging model and a loader of the first view in the place of a runner's own.
    ///
    /// Errors: throws `ConfigError`, `UsageError`.
    static func replaceModel(of runner: Runner, _ root: ConfigNode) throws {
        let experiment = try runner.experiment
        let data = try RunComponents.loader("test", experiment)
        let dataset = try runner.testDataloader.dataset
        let loaders = try TestTimeViews(root, data, runner.registries).pipelines.map { pipeline in
            try RunComponents.loader(
                data, dataset, runner.generator, seed: runner.seed, runner.registries,
                pipeline: pipeline)
        }
        runner.setup.built.model = ViewAveragingModel(
            try runner.model, Array(loaders.dropFirst()))
        runner.setup.built.loaders["test"] = loaders.first
    }

    var members: Members { model.members }

    func trainStep(
        _ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext
    ) throws -> StepOutput {
        try model.trainStep(batch, optimizers, context)
    }

    func validationStep(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput {
        try model.validationStep(batch, context)
    }

    func predict(_ batch: Batch, _ context: ForwardContext) throws -> PlainTensor {
        let first = try model.predict(batch, context)
        guard !others.isEmpty else { return first }
        var sum = first.floats
        for loader in others {
            guard let view = try loader.next() else { break }
            for (place, score) in try model.predict(view, context).floats.enumerated() {
                sum[place] += score
            }
        }
        let count = Float(others.count + 1)
        return PlainTensor(sum.map { $0 / count }, shape: first.shape)
    }

    func predictedLabels(_ scores: PlainTensor) throws -> [[Int]]? {
        try (model as? any LabelPredicting)?.predictedLabels(scores)
    }
}
