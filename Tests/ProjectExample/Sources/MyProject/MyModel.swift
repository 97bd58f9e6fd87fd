import MMRunner

/// Layers of 64 units, and scores for two classes.
final class MyModel: BaseModel {
    /// A batch: what the data set's samples become, by place or by name.
    struct Input: BatchInput {
        let points: PlainTensor
        let labels: PlainTensor

        init(_ parts: BatchParts) throws {
            points = try parts.array("points", 0)
            labels = try parts.array("labels", 1)
        }
    }

    let body: Sequential
    let classifier: Linear
    var members: Members { ["body": .module(body), "classifier": .module(classifier)] }

    init(layers: Int, _ device: Device, _ generator: TorchGenerator) throws {
        var sequence: [any Layer] = []
        for place in 0..<layers {
            let width = place == 0 ? 2 : 64
            sequence.append(try Linear(width, 64, device: device, generator: generator))
            sequence.append(ReLU())
        }
        body = Sequential(sequence)
        classifier = try Linear(64, 2, device: device, generator: generator)
    }

    func forward(_ input: Input, mode: ForwardMode, _ context: ForwardContext) throws
        -> ForwardResult
    {
        let points = Variable(try context.device.tensor(input.points))
        let scores = try classifier(body(points, context), context)
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
