internal import Classifiers
internal import ConfigCore
internal import Experiments
internal import NeuralNet
internal import TensorCore
internal import TrainingInterfaces
internal import WorkflowRunner

/// Config, data and files of a recorded training run.
struct TrainingSetup {
    /// A runner that is ready to run, and what it trains.
    struct Run {
        let runner: BaseRunner
        let model: any TrainableModel
        let recorder: ProgressRecorder
    }

    /// Where the files of the case are.
    let folder: String
    let initialWeights: String
    let finalWeights: String?
    private let config: ConfigNode
    private let device: Device
    private let batches: [Batch]
    private let evaluationBatch: Batch

    init(_ input: ConfigNode, _ context: CaseContext) throws {
        folder = context.folder
        device = context.device
        config = try input.field("config")
        initialWeights = folder + (try input.field("init").text())
        finalWeights = try input.given("final").map { context.folder + (try $0.text()) }
        let images = try StoredValues.read(
            input.field("images"), in: context.folder, as: Float.self)
        let labels = try StoredValues.read(
            input.field("labels"), in: context.folder, as: Int64.self)
        let shape = try input.field("images").field("shape").integers()
        let size = shape.dropFirst().reduce(1, *)
        func batch(_ range: Range<Int>) -> Batch {
            let pixels = Array(images[(range.lowerBound * size)..<(range.upperBound * size)])
            let fields = DataDictionary([
                ("img", .array(PlainTensor(pixels, shape: [range.count] + shape.dropFirst()))),
                ("gt_label", .array(PlainTensor(Array(labels[range]), shape: [range.count]))),
            ])
            return Batch(.dictionary(fields), sampleCount: range.count)
        }
        let batchSize = try config.field("batch_size").integer()
        guard shape.count == 4, images.count == shape.elementCount, labels.count == shape[0],
            batchSize > 0
        else { throw MalformedCase("images and labels do not have the shape \(shape)") }
        batches = stride(from: 0, to: labels.count, by: batchSize).map {
            batch($0..<min(labels.count, $0 + batchSize))
        }
        let count = try input.given("eval_samples")?.integer() ?? labels.count
        evaluationBatch = batch(0..<min(count, labels.count))
    }

    /// A fresh model, optimizer and runner with the hooks of the config.
    func makeRun() throws -> Run {
        let model = try buildClassifier(
            config.field("model"), device: device, generator: TorchGenerator(seed: 0))
        let optimizer = try buildOptimizer(model, config.field("optimizer"))
        let defaults = RunnerDefaults(
            model: model, optimizer: OptimizerSet(try OptimWrapper(optimizer)),
            logger: .lines(to: []), device: device)
        let runner = try buildRunner(config.field("runner"), defaults: defaults)
        try runner.registerTrainingHooks(
            lrConfig: config["lr_config"], optimizerConfig: config["optimizer_config"],
            timerConfig: nil)
        let recorder = ProgressRecorder()
        try runner.register(recorder, priority: .lowest)
        return Run(runner: runner, model: model, recorder: recorder)
    }

    /// Trains to the limit, batches in file order.
    func train(_ run: Run) throws {
        try run.runner.run([StoredBatches(batches)], workflow: [("train", 1)])
    }

    /// What a model says about the first samples, before and after the softmax.
    func evaluate(_ model: any TrainableModel) throws -> (logits: [Double], softmax: [Double]) {
        guard let classifier = model as? ImageClassifier,
            let head = classifier.head as? LinearClsHead,
            let images = evaluationBatch.array("img")
        else { throw UnknownOperation("logits of \(type(of: model))") }
        let context = ForwardContext(
            mode: .evaluation, tape: nil, device: device, random: KeyedRandom(seed: 0))
        let features = try classifier.features(of: Variable(device.tensor(images)), context)
        let logits = try head.scores(features, context).value.plainValues()
        let softmax = try model.predict(evaluationBatch, context)
        return (logits.map(Double.init), softmax.floats.map(Double.init))
    }
}
