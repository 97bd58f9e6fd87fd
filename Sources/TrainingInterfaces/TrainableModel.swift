public import NeuralNet
public import TensorCore

/// What a runner asks of a model.
public protocol TrainableModel: Module {
    /// The forward pass of a training iteration.
    ///
    /// The optimizer hook runs the backward pass and the step; a model that does both itself, such as
    /// a GAN with two optimizers, returns no loss.
    func trainStep(_ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext) throws
        -> StepOutput
    /// The forward pass of a validation iteration, ending in losses as `trainStep` names them.
    func validationStep(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput
    /// What the model predicts for a batch, one row a sample (class scores for a classifier).
    func predict(_ batch: Batch, _ context: ForwardContext) throws -> PlainTensor
}

/// What a model's step gives back.
public struct StepOutput {
    /// What to minimise; nil where the model stepped itself.
    public var loss: Variable?
    /// Numbers to log, by name and in order.
    public var logVariables: [(name: String, value: Double)]
    /// How many samples the numbers are averages over.
    public var sampleCount: Int

    /// The result of a step.
    public init(loss: Variable?, logVariables: [(name: String, value: Double)], sampleCount: Int) {
        self.loss = loss
        self.logVariables = logVariables
        self.sampleCount = sampleCount
    }
}
