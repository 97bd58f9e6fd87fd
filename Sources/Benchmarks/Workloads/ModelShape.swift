import ArgumentParser
import ConfigCore

/// A residual network of one of the usual forms.
struct ModelShape: ExpressibleByArgument {
    /// Whether it is the form for small images: a stem of one 3×3 convolution, without pooling.
    let isForSmallImages: Bool
    let depth: Int
    var baseChannels = 64

    /// The numbers of blocks that make up a depth.
    static let blocks: [Int: [Int]] = [
        18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3],
        152: [3, 8, 36, 3],
    ]

    init(isForSmallImages: Bool, depth: Int, baseChannels: Int = 64) {
        self.isForSmallImages = isForSmallImages
        self.depth = depth
        self.baseChannels = baseChannels
    }

    /// Reads `ResNet-50`, `ResNet_CIFAR-18` and looser spellings such as `resnet18_cifar`.
    init?(argument: String) {
        let words = argument.lowercased().filter(\.isLetter)
        guard let depth = Int(argument.filter(\.isNumber)), Self.blocks[depth] != nil,
            words == "resnet" || words == "resnetcifar"
        else { return nil }
        self.init(isForSmallImages: words != "resnet", depth: depth)
    }

    /// The backbone's type in a config.
    private var type: String { isForSmallImages ? "ResNet_CIFAR" : "ResNet" }
    /// The name in reports.
    var name: String { "\(type)-\(depth)" }
    var classes: Int { isForSmallImages ? 10 : 1000 }
    var usualBatch: Int { isForSmallImages ? 128 : 16 }
    var usualSize: Int { isForSmallImages ? 32 : 224 }
    var isBottleneck: Bool { depth >= 50 }

    /// The model as a config describes it.
    var config: ConfigNode {
        let base = ConfigNode(.int(baseChannels))
        return [
            "type": "ImageClassifier",
            "backbone": [
                "type": ConfigNode(.string(type)), "depth": ConfigNode(.int(depth)),
                "base_channels": base, "stem_channels": base,
            ],
            "neck": ["type": "GlobalAveragePooling"],
            "head": [
                "type": "LinearClsHead", "num_classes": ConfigNode(.int(classes)),
                "in_channels": ConfigNode(.int(baseChannels * (isBottleneck ? 32 : 8))),
                "loss": ["type": "CrossEntropyLoss"], "topk": [1],
            ],
        ]
    }
}
