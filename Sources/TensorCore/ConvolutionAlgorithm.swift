/// A way to compute a convolution or one of its gradients.
public enum ConvolutionAlgorithm: String, Sendable, CaseIterable {
    /// The sums as they stand.
    case direct
    /// Fewer multiplications for dense 3×3 kernels, by transforming tiles; single precision only.
    case winograd
    /// A matrix product over windows laid out in rows.
    case im2col
    /// One matrix product over whole images, where they are so small that every output sees all inputs.
    case wholeImage = "whole_image"
    /// A forward kernel on the transposed weight; for the input's gradient of 1×1 kernels.
    case transposed
    /// Products on the processor's matrix tiles; for the weight's gradient from bfloat16 activations.
    case matrixTiles = "matrix_tiles"
}

/// The three computations a training step needs of a convolution.
public enum ConvolutionPass: String, Sendable, CaseIterable {
    case forward
    case backwardData = "backward_data"
    case backwardWeights = "backward_weights"
}
