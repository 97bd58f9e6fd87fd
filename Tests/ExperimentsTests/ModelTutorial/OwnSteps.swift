import MMRunner

// Models that train and evaluate in ways of their own. Points come as a tuple; a preprocessor turns it
// into a dictionary, whose names are those of the model's parameters.

struct TupleToDictionary: DataPreprocessor {
    func callAsFunction(_ data: Batch, _ context: ForwardContext) throws -> Batch {
        guard let points = data[0], let labels = data[1] else {
            throw BatchError("TupleToDictionary: expected points and labels")
        }
        let fields = DataDictionary([("labels", labels), ("points", points)])
        return Batch(.dictionary(fields), sampleCount: data.sampleCount)
    }
}

final class PointClassifier: BaseModel, WeightInitializing {
    struct Input: BatchInput {
        let points: PlainTensor
        let labels: PlainTensor

        init(_ parts: BatchParts) throws {
            points = try parts.array("points", 0)
            labels = try parts.array("labels", 1)
        }
    }

    let linear: Linear
    let dataPreprocessor: (any DataPreprocessor)?
    private let initialization: WeightInitialization
    private let updatesPerBatch: Int
    var members: Members { ["linear": .module(linear)] }

    /// Reads `updates`, `init_cfg` and `data_preprocessor`.
    init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        linear = try Linear(2, 2, device: context.value(), generator: context.value())
        updatesPerBatch = try reader.value("updates", default: 1)
        initialization = try reader.value("init_cfg", default: WeightInitialization())
        dataPreprocessor = try reader.dataPreprocessor(context)
    }

    func initializeWeights(_ sources: WeightSources) throws {
        try initialization.apply(to: self, sources)
    }

    func forward(_ input: Input, mode: ForwardMode, _ context: ForwardContext) throws
        -> ForwardResult
    {
        let scores = try linear(Variable(context.device.tensor(input.points)), context)
        guard mode == .loss else { return .tensor(scores) }
        var losses = LossTerms()
        let loss = try CrossEntropyLoss()(scores, ClassTargets(input.labels), context)
        losses.add("loss_class", [loss, loss])
        losses.add("regularity", loss)
        return .losses(losses)
    }

    /// Updates the parameters several times on each batch.
    func trainStep(_ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext) throws
        -> StepOutput
    {
        if updatesPerBatch == 1 { return try losses(batch, context) }
        var output = StepOutput(loss: nil, logVariables: [], sampleCount: batch.sampleCount)
        for _ in 0..<updatesPerBatch {
            let tape = Tape()
            let step = try losses(batch, context.recording(on: tape))
            if let loss = step.loss { try optimizers.single?.updateParameters(loss, on: tape) }
            output.logVariables = step.logVariables
        }
        return output
    }

    /// Reports the losses of validation beside its metrics.
    func valStep(_ batch: Batch, _ context: ForwardContext) throws -> DataValue {
        let losses = try losses(batch, context).logVariables.filter { $0.name != "loss" }
        return try predictValue(batch, context).appending(DataSample(loss: losses))
    }
}
