public import TensorCore

/// Mixes the images of a batch with each other, and their targets in the same shares.
public protocol BatchAugment: Sendable {
    /// The mixed images and targets.
    ///
    /// Shape: `images` is `[N, C, H, W]`, `shares` is `[N, K]`; both keep their shape.
    func callAsFunction(
        _ images: PlainTensor, _ shares: PlainTensor, _ random: inout RandomStream
    ) throws -> (images: PlainTensor, shares: PlainTensor)
}
