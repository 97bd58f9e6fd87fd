public import NeuralNet
public import TensorCore

/// Turns features into losses in training and class scores in evaluation.
public protocol Head: Module {
    /// The losses of a batch, and what is logged beside them.
    ///
    /// `features` come from the neck, or from the backbone where there is none.
    func losses(_ features: [Variable], _ targets: ClassTargets, _ context: ForwardContext) throws
        -> LossTerms
    /// What the model predicts: a row of class scores a sample.
    func predict(_ features: [Variable], _ context: ForwardContext) throws -> PlainTensor
}
