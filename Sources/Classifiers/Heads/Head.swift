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

/// A head of classes that do not exclude each other, which says which of them it takes for right.
public protocol LabelChoosing: Head {
    /// The classes that count as predicted for a sample with these scores.
    func labels(_ scores: [Float]) throws -> [Int]
}

/// A head with layers before the one that scores the classes.
public protocol HeadWithHiddenLayers: Head {
    /// What the scoring layer gets.
    ///
    /// Source: `pre_logits` of MMClassification's heads.
    func hidden(_ features: [Variable], _ context: ForwardContext) throws -> Variable
}
