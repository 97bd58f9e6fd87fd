public import NeuralNet
public import TensorCore

/// Where first values come from: the run's generator, and the files of trained weights.
public struct WeightSources {
    /// Loads what fits of trained weights into a module, and reports the rest to the user.
    public typealias Loader = (PretrainedWeights, any Module) throws -> Void

    /// The run's generator.
    public let generator: TorchGenerator
    /// Loads trained weights.
    public let load: Loader

    /// Draws from `generator` and loads through `load`.
    public init(_ generator: TorchGenerator, load: @escaping Loader) {
        self.generator = generator
        self.load = load
    }
}
