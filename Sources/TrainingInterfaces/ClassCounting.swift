public import NeuralNet

/// A module with an output for each class, such as a classifier's head.
public protocol ClassCounting: Module {
    /// How many classes there are: the original's `num_classes`.
    var classCount: Int { get }
}
