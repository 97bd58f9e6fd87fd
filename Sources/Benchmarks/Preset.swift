import ArgumentParser
import ConfigCore

/// A model and the shape of its batches.
enum Preset: String, CaseIterable, ExpressibleByArgument {
    case resnet18Cifar = "resnet18_cifar"
    case resnet18Digits = "resnet18_digits"
    case resnet50

    var batchSize: Int {
        switch self {
        case .resnet18Cifar: 128
        case .resnet18Digits: 64
        case .resnet50: 16
        }
    }

    /// Height and width of the images.
    var imageSize: Int {
        switch self {
        case .resnet18Cifar: 32
        case .resnet18Digits: 8
        case .resnet50: 224
        }
    }

    var depth: Int { self == .resnet50 ? 50 : 18 }
    var baseChannels: Int { self == .resnet18Digits ? 16 : 64 }
    var classes: Int { self == .resnet50 ? 1000 : 10 }
    var isCifarForm: Bool { self != .resnet50 }

    var model: ConfigNode {
        [
            "type": "ImageClassifier",
            "backbone": [
                "type": isCifarForm ? "ResNet_CIFAR" : "ResNet", "depth": ConfigNode(.int(depth)),
                "base_channels": ConfigNode(.int(baseChannels)),
                "stem_channels": ConfigNode(.int(baseChannels)),
            ],
            "neck": ["type": "GlobalAveragePooling"],
            "head": [
                "type": "LinearClsHead", "num_classes": ConfigNode(.int(classes)),
                "in_channels": ConfigNode(.int(baseChannels * (depth == 50 ? 32 : 8))),
                "loss": ["type": "CrossEntropyLoss"], "topk": [1],
            ],
        ]
    }
}
