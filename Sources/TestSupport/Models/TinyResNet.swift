package import NeuralNet
package import TensorCore

/// A residual network of two blocks for small images: every kind of layer a ResNet has, in miniature.
///
/// Shape: input `[N, 3, H, W]`, output `[N, 4]`.
package struct TinyResNet: Layer {
    /// The first convolution and its normalisation.
    package let stem: Conv2d
    package let norm: BatchNorm2d
    package let pool: MaxPool2d
    /// One block that keeps the shape and one that halves it.
    package let blocks: [TinyBlock]
    package let head: Linear

    /// A network with fresh parameters, drawn in the order of its members.
    package init(device: Device, generator: TorchGenerator) throws {
        stem = try Conv2d(
            3, 8, Window(kernel: (3, 3), padding: (1, 1)), bias: false, device: device,
            generator: generator)
        norm = try BatchNorm2d(8, device: device)
        pool = MaxPool2d(Window(kernel: (3, 3), stride: (2, 2), padding: (1, 1)))
        blocks = [
            try TinyBlock(8, 8, stride: 1, device: device, generator: generator),
            try TinyBlock(8, 16, stride: 2, device: device, generator: generator),
        ]
        head = try Linear(16, 4, device: device, generator: generator)
    }

    package var members: Members {
        [
            "stem": .module(stem), "norm": .module(norm), "blocks": .modules(blocks),
            "head": .module(head),
        ]
    }

    package func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        let features = try pool(norm(stem(x, context), thenReLU: true, context), context)
        let last = try blocks.reduce(features) { try $1($0, context) }
        return try head(flatten(globalAveragePool2d(last, context), context), context)
    }
}

/// Two convolutions and a shortcut around them.
package struct TinyBlock: Layer {
    let conv1: Conv2d
    let norm1: BatchNorm2d
    let conv2: Conv2d
    let norm2: BatchNorm2d
    let shortcut: Sequential?

    init(
        _ inChannels: Int, _ outChannels: Int, stride: Int, device: Device,
        generator: TorchGenerator
    ) throws {
        func conv(_ channels: Int, _ size: Int, _ stride: Int) throws -> Conv2d {
            try Conv2d(
                channels, outChannels,
                Window(
                    kernel: (size, size), stride: (stride, stride), padding: (size / 2, size / 2)),
                bias: false, device: device, generator: generator)
        }
        conv1 = try conv(inChannels, 3, stride)
        norm1 = try BatchNorm2d(outChannels, device: device)
        conv2 = try conv(outChannels, 3, 1)
        norm2 = try BatchNorm2d(outChannels, device: device)
        shortcut =
            stride == 1
            ? nil
            : Sequential([
                try conv(inChannels, 1, stride), try BatchNorm2d(outChannels, device: device),
            ])
    }

    package var members: Members {
        [
            "conv1": .module(conv1), "norm1": .module(norm1), "conv2": .module(conv2),
            "norm2": .module(norm2), "shortcut": shortcut.map(Member.module),
        ]
    }

    package func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        let inner = try norm1(conv1(x, context), thenReLU: true, context)
        let outer = try norm2(conv2(inner, context), context)
        return try add(outer, shortcut?(x, context) ?? x, thenReLU: true, context)
    }
}
