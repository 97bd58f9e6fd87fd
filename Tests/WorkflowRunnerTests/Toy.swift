import Foundation
import Logging
import NeuralNet
import TensorCore
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// A linear model of two weights with a running mean: the loss is `mean((w · x - 1)²)`.
final class ToyModel: TrainableModel {
    let weight: Parameter
    let mean: NeuralNet.Buffer
    let count = NeuralNet.Counter()
    /// What the model saw: the phase, the loader and the place of the batch in its pass.
    var seen: [[Int]] = []
    /// The loss from this iteration on is not a number.
    var brokenFrom = Int.max
    private var steps = 0

    init(_ device: Device, _ values: [Float] = [0.5, -0.25]) throws {
        weight = Parameter(try device.tensor(values, shape: [values.count]))
        mean = NeuralNet.Buffer(try device.zeros([values.count]))
    }

    var members: Members {
        [
            "weight": .parameter(weight), "mean": .buffer(mean),
            "num_batches_tracked": .counter(count),
        ]
    }

    func trainStep(_ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext) throws
        -> StepOutput
    {
        steps += 1
        count.value += 1
        return try forward(batch, context, phase: 0)
    }

    func validationStep(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput {
        try forward(batch, context, phase: 1)
    }

    func predict(_ batch: Batch, _ context: ForwardContext) throws -> PlainTensor {
        PlainTensor(try weight.value.plainValues(), shape: [1, 2])
    }

    private func forward(_ batch: Batch, _ context: ForwardContext, phase: Int) throws -> StepOutput
    {
        let x = batch.array("x")?.floats ?? []
        if case .int(let loader) = batch["loader"], case .int(let place) = batch["place"] {
            seen.append([phase, loader, place])
        }
        let w = try weight.value.plainValues()
        let difference = w[0] * x[0] + w[1] * x[1] - 1
        let loss = steps >= brokenFrom ? Float.nan : difference * difference
        let value = try context.device.full([], loss)
        let device = context.device
        let variable =
            context.tape.map { tape in
                tape.record(value, from: [tape.variable(weight)]) { gradient in
                    let scale = try gradient.scalar() * 2 * difference
                    return [try device.tensor([scale * x[0], scale * x[1]], shape: [2])]
                }
            } ?? Variable(value)
        return StepOutput(
            loss: variable, logVariables: [("loss", Double(loss))], sampleCount: batch.sampleCount)
    }
}

/// Batches of two numbers, in an order drawn anew for every pass.
final class ToySource: BatchSource {
    let batchesPerEpoch: Int
    let loader: Int
    private let generator: TorchGenerator?
    private let isShuffled: Bool
    private(set) var position = SourcePosition()
    private var order: [Int] = []
    private var isInPass = false

    init(_ count: Int, loader: Int = 0, generator: TorchGenerator? = nil, isShuffled: Bool = true) {
        self.isShuffled = isShuffled
        batchesPerEpoch = count
        self.loader = loader
        self.generator = generator
    }

    var sampleCount: Int { batchesPerEpoch }
    var classNames: [String]? { ["a", "b"] }

    func begin(epoch: Int) throws {
        if !position.hasBegun { _ = generator?.nextSeed() }
        // The original's validation loader draws a seed for an order it does not use.
        let seed = generator?.nextSeed()
        position = SourcePosition(
            epoch: epoch, orderSeed: isShuffled ? seed : nil, hasBegun: true, isInsidePass: true)
        makeOrder()
    }

    func next() throws -> Batch? {
        guard isInPass else { return nil }
        guard position.batch < order.count else {
            isInPass = false
            position = SourcePosition(epoch: position.epoch + 1, hasBegun: true)
            return nil
        }
        let place = order[position.batch]
        position.batch += 1
        let x = [Float(place + 1) * 0.25, Float(position.epoch % 3) * 0.1 - 0.5]
        return Batch(
            .dictionary(
                DataDictionary([
                    ("x", .array(PlainTensor(x, shape: [2]))), ("loader", .int(loader)),
                    ("place", .int(place)),
                ])), sampleCount: 1 + place % 2)
    }

    func restore(_ position: SourcePosition) throws {
        self.position = position
        isInPass = false
        if position.isInsidePass { makeOrder() }
    }

    private func makeOrder() {
        isInPass = true
        order =
            position.orderSeed.map { TorchGenerator(seed: $0).permutation(batchesPerEpoch) }
            ?? Array(0..<batchesPerEpoch)
    }
}

/// Gives scores from a list, one an evaluation.
final class ToyEvaluator: Evaluator {
    let name: String
    var scores: [Double]
    var batches = 0

    init(_ scores: [Double], name: String = "accuracy_top-1") {
        self.scores = scores
        self.name = name
    }

    func process(_ batch: Batch, predictions: PlainTensor) throws { batches += 1 }

    func compute() throws -> [(name: String, value: Double)] {
        let score = scores.isEmpty ? Double(batches) : scores.removeFirst()
        return [(name, score)]
    }
}

/// What a toy run is made of.
struct Toy {
    let device: Device
    let model: ToyModel
    let generator: TorchGenerator
    let output = MemoryTextOutput()
    var defaults: RunnerDefaults

    init(
        workDirectory: String? = nil, learningRate: Double = 0.1, threads: Int = 1,
        meta: TorchDictionary? = nil, hasOptimizer: Bool = true
    ) throws {
        device = try Device(threads: threads)
        model = try ToyModel(device)
        generator = TorchGenerator(seed: 7)
        var optimizer: OptimizerSet?
        if hasOptimizer {
            let group = ParameterGroup([model.weight])
            optimizer = OptimizerSet(
                try OptimWrapper(
                    SGD(
                        [group],
                        options: [("lr", .double(learningRate)), ("momentum", .double(0.9))])))
        }
        defaults = RunnerDefaults(
            model: model, optimizer: optimizer, workDirectory: workDirectory,
            logger: .lines(name: "toy", to: [output]), meta: meta, device: device,
            generator: generator, seed: 7)
    }

    /// What was logged, without time stamps.
    var lines: [String] {
        output.contents.split(separator: "\n").map { line in
            line.range(of: " - INFO - ").map { String(line[$0.upperBound...]) } ?? String(line)
        }
    }
}

/// A folder that goes away with the object.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "workflow-runner-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }
}

/// The recorded cases of a file of `Fixtures`.
func recordedCases(_ file: String) throws -> [[String: Any]] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/\(file)")
    let root = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any]
    return root?["cases"] as? [[String: Any]] ?? []
}
