internal import Classifiers
internal import ConfigCore
internal import Experiments
internal import Foundation
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
        let images = try Self.values(input.field("images"), context.folder, Float.self)
        let labels = try Self.values(input.field("labels"), context.folder, Int64.self)
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
        guard let classifier = model as? ImageClassifier, let head = classifier.head as? LinearClsHead,
            let images = evaluationBatch.array("img")
        else { throw UnknownOperation("logits of \(type(of: model))") }
        let context = ForwardContext(
            mode: .evaluation, tape: nil, device: device, random: KeyedRandom(seed: 0))
        let features = try classifier.features(of: Variable(device.tensor(images)), context)
        let logits = try head.scores(features, context).value.plainValues()
        let softmax = try model.predict(evaluationBatch, context)
        return (logits.map(Double.init), softmax.floats.map(Double.init))
    }

    /// The little-endian numbers of a file beside the oracle file.
    private static func values<Value>(_ node: ConfigNode, _ folder: String, _ type: Value.Type) throws
        -> [Value] where Value: StoredNumber
    {
        let path = folder + (try node.field("file").text())
        guard try node.field("dtype").text() == Value.storedName,
            let data = FileManager.default.contents(atPath: path)
        else { throw MalformedCase("\(path): no file of \(Value.storedName)") }
        let width = MemoryLayout<Value.Bits>.size
        return stride(from: 0, to: data.count - data.count % width, by: width).map { start in
            var bits = Value.Bits.zero
            for place in 0..<width {
                bits |= Value.Bits(data[data.startIndex + start + place]) << Value.Bits(8 * place)
            }
            return Value(storedBits: bits)
        }
    }
}

/// A number as data files hold it.
private protocol StoredNumber {
    associatedtype Bits: FixedWidthInteger & UnsignedInteger
    static var storedName: String { get }
    init(storedBits: Bits)
}

extension Float: StoredNumber {
    fileprivate static var storedName: String { "float32" }
    fileprivate init(storedBits: UInt32) { self.init(bitPattern: storedBits) }
}

extension Int64: StoredNumber {
    fileprivate static var storedName: String { "int64" }
    fileprivate init(storedBits: UInt64) { self.init(bitPattern: storedBits) }
}

/// Batches that are the same in every pass.
private final class StoredBatches: BatchSource {
    private let batches: [Batch]
    private(set) var position = SourcePosition()

    init(_ batches: [Batch]) { self.batches = batches }

    var batchesPerEpoch: Int { batches.count }
    var sampleCount: Int { batches.reduce(0) { $0 + $1.sampleCount } }
    var classNames: [String]? { nil }

    func begin(epoch: Int) { position = SourcePosition(epoch: epoch, hasBegun: true) }

    func next() -> Batch? {
        guard position.batch < batches.count else { return nil }
        defer { position.batch += 1 }
        return batches[position.batch]
    }

    func restore(_ position: SourcePosition) { self.position = position }
}

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
