public import NeuralNet

/// Stands between backbone and head, and reshapes what the one hands to the other.
public protocol Neck: Module {
    /// The features the head gets, given those of the backbone.
    func callAsFunction(_ features: [Variable], _ context: ForwardContext) throws -> [Variable]
}
