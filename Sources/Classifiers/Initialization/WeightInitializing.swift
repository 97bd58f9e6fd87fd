public import NeuralNet
public import TensorCore

/// A part of a classifier that gives its weights their first values once it has been built.
///
/// Building draws too, as PyTorch's constructors do; a run that starts from scratch calls this
/// afterwards, and a test run that loads a checkpoint has no need to.
public protocol WeightInitializing: Module {
    /// Gives the weights their first values, drawing and loading as `BaseModule.init_weights` does.
    func initializeWeights(_ sources: WeightSources) throws
}

extension WeightInitializing {
    /// Gives the weights their first values by drawing alone.
    ///
    /// Errors: throws where trained weights are asked for.
    public func initializeWeights(_ generator: TorchGenerator) throws {
        try initializeWeights(
            WeightSources(generator) { weights, _ in
                throw ShapeError(
                    "init_cfg: nobody here loads \(weights.checkpoint); pass WeightSources")
            })
    }
}
