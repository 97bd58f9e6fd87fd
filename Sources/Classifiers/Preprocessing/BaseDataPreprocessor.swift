public import NeuralNet
public import TrainingInterfaces

/// Takes batches as they are.
///
/// Source: `BaseDataPreprocessor` of MMEngine, which moves them to the model's device; here arrays
/// become tensors where `forward` asks for them.
public struct BaseDataPreprocessor: DataPreprocessor {
    /// A preprocessor that does nothing.
    public init() {}

    /// The batch.
    public func callAsFunction(_ batch: Batch, _ context: ForwardContext) -> Batch { batch }
}
