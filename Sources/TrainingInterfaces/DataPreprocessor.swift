public import NeuralNet

/// What a model does with a batch before anything else, such as normalising its images.
///
/// Source: `BaseDataPreprocessor` of MMEngine. Random choices are addressed by the context's `random`.
public protocol DataPreprocessor {
    /// The batch as the model takes it; `context.mode` tells training from evaluation.
    func callAsFunction(_ batch: Batch, _ context: ForwardContext) throws -> Batch
}
