import NeuralNet
import TensorCore

/// What a residual network does to images before its first stage.
struct ResNetStem {
    /// The forms a stem has.
    enum Form: Sendable {
        /// A 7×7 convolution with step 2, then max pooling with step 2.
        case imageNet
        /// Three 3×3 convolutions, the first with step 2, then max pooling with step 2.
        case deep
        /// A 3×3 convolution without step or pooling.
        case cifar
    }

    private enum Layers {
        case plain(Conv2d, BatchNorm2d)
        case deep([ConvModule])
    }

    private let layers: Layers
    private let pooling: MaxPool2d?

    init(
        _ form: Form, inChannels: Int, channels: Int, _ norm: NormOptions, device: Device,
        generator: TorchGenerator
    ) throws {
        func plain(_ window: Window) throws -> Layers {
            .plain(
                try Conv2d(
                    inChannels, channels, window, bias: false, device: device, generator: generator),
                try norm.layer(channels, device: device))
        }
        switch form {
        case .imageNet:
            layers = try plain(Window(kernel: (7, 7), stride: (2, 2), padding: (3, 3)))
        case .cifar: layers = try plain(Window(kernel: (3, 3), padding: (1, 1)))
        case .deep:
            let widths = [inChannels, channels / 2, channels / 2, channels]
            layers = .deep(
                try (0..<3).map {
                    try ConvModule(
                        widths[$0], widths[$0 + 1], kernel: 3, stride: $0 == 0 ? 2 : 1, norm: norm,
                        device: device, generator: generator)
                })
        }
        pooling =
            form == .cifar
            ? nil : MaxPool2d(Window(kernel: (3, 3), stride: (2, 2), padding: (1, 1)))
    }

    var members: [(name: String, member: Member)] {
        switch layers {
        case .plain(let conv, let norm): [("conv1", .module(conv)), ("bn1", .module(norm))]
        case .deep(let layers): [("stem", .modules(layers))]
        }
    }

    func callAsFunction(_ images: Variable, _ context: ForwardContext) throws -> Variable {
        let x =
            switch layers {
            case .plain(let conv, let norm):
                try normalizedConvolution(images, conv, norm, thenReLU: true, context)
            case .deep(let layers): try layers.reduce(images) { try $1($0, context) }
            }
        return try pooling.map { try $0(x, context) } ?? x
    }
}
