import ArgumentParser

/// A model together with its batch.
enum Preset: String, CaseIterable, ExpressibleByArgument {
    case resnet18Cifar = "resnet18_cifar"
    case resnet50ImageNet = "resnet50_imagenet"
    case digits

    static let standard = Preset.resnet18Cifar
    static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }

    var model: ModelShape {
        switch self {
        case .resnet18Cifar: ModelShape(isForSmallImages: true, depth: 18)
        case .resnet50ImageNet: ModelShape(isForSmallImages: false, depth: 50)
        case .digits: ModelShape(isForSmallImages: true, depth: 18, baseChannels: 16)
        }
    }

    /// Images of a batch.
    var batch: Int { self == .digits ? 64 : model.usualBatch }
    /// Height and width of the images.
    var size: Int { self == .digits ? 8 : model.usualSize }
}
