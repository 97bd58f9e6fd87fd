import Foundation
import MMRunner

// The beginner's example of MMEngine's runner tutorial: a model, a data set and a metric of one's own.

struct NotImplementedError: Error { let activation: String }

final class MyAwesomeModel: BaseModel {
    struct Input: BatchInput {
        let data: PlainTensor
        let labels: PlainTensor

        init(_ parts: BatchParts) throws {
            data = try parts.array("data", 0)
            labels = try parts.array("labels", 1)
        }
    }

    let mlp: Sequential
    let classifier: Linear
    var members: Members { ["mlp": .module(mlp), "classifier": .module(classifier)] }

    init(
        layers: Int = 4, activation: String = "relu", _ device: Device, _ generator: TorchGenerator
    ) throws {
        let kinds: [String: any Layer] = ["relu": ReLU(), "silu": SiLU(), "none": Identity()]
        guard let activation = kinds[activation] else {
            throw NotImplementedError(activation: activation)
        }
        var sequence: [any Layer] = []
        for place in 0..<layers {
            sequence.append(
                try Linear(place == 0 ? 2 : 64, 64, device: device, generator: generator))
            sequence.append(activation)
        }
        mlp = Sequential(sequence)
        classifier = try Linear(64, 2, device: device, generator: generator)
    }

    func forward(_ input: Input, mode: ForwardMode, _ context: ForwardContext) throws
        -> ForwardResult
    {
        let x = try mlp(Variable(context.device.tensor(input.data)), context)
        let scores = try classifier(x, context)
        switch mode {
        case .tensor: return .tensor(scores)
        case .predict:
            let shares = try softmax(scores, dimension: 1, context).value
            let table = PlainTensor(try shares.plainValues(), shape: shares.shape)
            return .predictions(.tuple([.array(table), .array(input.labels)]))
        case .loss:
            var terms = LossTerms()
            let labels = ClassTargets.labels(input.labels.integers ?? [])
            terms.add("loss", try CrossEntropyLoss()(scores, labels, context))
            return .losses(terms)
        }
    }
}

struct MyDataset: Dataset {
    let labels: [Int64]
    let data: [[Float]]
    var count: Int { labels.count }

    init(isTrain: Bool, size: Int) {
        let torch = TorchGenerator.manualSeed(isTrain ? 0 : 3407)
        let labels = torch.randint(0, 2, size)
        let radii = zip(labels, torch.randn(size)).map { 3 * Float($0 + 1) + $1 }
        let angles = torch.rand(size).map { $0 * 2 * Float.pi }
        self.labels = labels
        data = zip(radii, angles).map { [$0 * cos($1), $0 * sin($1)] }
    }

    func sample(at index: Int) -> Sample {
        Sample(
            .tuple([
                .array(PlainTensor(data[index], shape: [2])),
                .array(PlainTensor([labels[index]], shape: [])),
            ]))
    }
}

final class MyAccuracy: ValueEvaluator {
    private var correct = 0
    private var size = 0

    func process(_ batch: Batch, predictions: DataValue) throws {
        guard case .tuple(let parts) = predictions, case .array(let scores) = parts[0],
            case .array(let labels) = parts[1]
        else { throw BatchError("MyAccuracy: expected scores and labels") }
        for (row, label) in (labels.integers ?? []).enumerated() {
            let isSecond = scores.floats[2 * row + 1] > scores.floats[2 * row]
            correct += isSecond == (label == 1) ? 1 : 0
            size += 1
        }
    }

    func process(_ batch: Batch, predictions: PlainTensor) throws {
        throw BatchError("MyAccuracy: expected scores and labels")
    }

    func compute() throws -> [(name: String, value: Double)] {
        defer { (correct, size) = (0, 0) }
        return [("accuracy", 100 * Double(correct) / Double(size))]
    }
}
