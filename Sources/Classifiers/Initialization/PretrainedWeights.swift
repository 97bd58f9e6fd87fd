/// Weights of a trained model that another one begins with: `init_cfg = dict(type='Pretrained', …)`.
public struct PretrainedWeights: Sendable, Equatable {
    /// The checkpoint: a path, or a name such as `torchvision://resnet50`.
    public var checkpoint: String
    /// Only entries below it count, and lose it.
    public var prefix: String?

    /// Weights of a checkpoint.
    public init(_ checkpoint: String, prefix: String? = nil) {
        self.checkpoint = checkpoint
        self.prefix = prefix
    }
}
