public import ConfigCore
public import NeuralNet
public import TensorCore

/// The network that read digits: 32×32 images of one channel.
///
/// Source: `LeNet5` in MMClassification 0.x; LeCun et al., 1998.
public struct LeNet5: ChannelDescribing {
    private let features: Sequential
    private let classifier: Sequential?
    private let classCount: Int?

    /// A network with fresh parameters; without `classCount`, its features are the result.
    public init(classCount: Int?, device: Device, generator: TorchGenerator) throws {
        func convolution(_ inChannels: Int, _ outChannels: Int) throws -> Conv2d {
            try Conv2d(
                inChannels, outChannels, Window(kernel: (5, 5)), device: device,
                generator: generator)
        }
        let halving = AvgPool2d(Window(kernel: (2, 2), stride: (2, 2)))
        features = Sequential([
            try convolution(1, 6), Tanh(), halving, try convolution(6, 16), Tanh(), halving,
            try convolution(16, 120), Tanh(),
        ])
        classifier = try classCount.map {
            Sequential([
                try Linear(120, 84, device: device, generator: generator), Tanh(),
                try Linear(84, $0, device: device, generator: generator),
            ])
        }
        self.classCount = classCount
    }

    /// Reads `num_classes`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let count = try reader.value("num_classes", default: -1)
        try self.init(
            classCount: count > 0 ? count : nil, device: try context.value(),
            generator: try context.value())
    }

    /// The layers under their checkpoint names.
    public var members: Members {
        ["features": .module(features), "classifier": classifier.map(Member.module)]
    }

    /// Gray images.
    public var inChannels: Int { 1 }

    /// How many channels the feature has, or how many class scores.
    public var featureChannels: [Int] { [classCount ?? 120] }

    /// The feature, or the class scores.
    public func callAsFunction(_ images: Variable, _ context: ForwardContext) throws -> [Variable] {
        let x = try features(images, context)
        return [try classifier.map { try $0(flatten(x, context), context) } ?? x]
    }
}
