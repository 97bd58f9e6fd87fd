public import NeuralNet

/// Turns images into features.
public protocol Backbone: Module {
    /// The features of a batch of images, those of later stages after those of earlier ones.
    ///
    /// Shape: `images` is `[N, C, H, W]`.
    func callAsFunction(_ images: Variable, _ context: ForwardContext) throws -> [Variable]
}

/// A backbone that knows its sizes, so that mistakes are found before anything runs.
public protocol ChannelDescribing: Backbone {
    /// How many channels an image must have.
    var inChannels: Int { get }
    /// How many channels each of the features has.
    var featureChannels: [Int] { get }
}
