public import ConfigCore
import NeuralNet
public import TrainingInterfaces

/// The parts of models that configs can name, each kind in its registry.
///
/// To add a part, register it in a copy of `standard`; its factory finds the device
/// (`context.value(Device.self)`), the generator of the run (`TorchGenerator`), and the registries of
/// other parts (`Registry<any Neck>`) in its build context.
public struct ModelRegistries: Sendable {
    /// What configs name under `backbone`.
    public var backbones = Registry<any Backbone>("backbone")
    /// What configs name under `neck`.
    public var necks = Registry<any Neck>("neck")
    /// What configs name under `head`.
    public var heads = Registry<any Head>("head")
    /// What configs name under `loss`.
    public var losses = Registry<any ClassificationLoss>("loss")
    /// What configs name under `batch_augments` and `train_cfg.augments`.
    public var batchAugments = Registry<any BatchAugment>("batch augment")
    /// What configs name under `data_preprocessor`.
    public var dataPreprocessors = Registry<any DataPreprocessor>("data preprocessor")
    /// What configs name under `model`.
    public var classifiers = Registry<any TrainableModel>("classifier")

    /// Registries without entries.
    public init() {}

    /// The parts this package brings.
    public static let standard: ModelRegistries = {
        var registries = ModelRegistries()
        for variant in ResNet.Variant.allCases {
            registries.backbones.register(variant.rawValue) { reader, context in
                try ResNet(from: &reader, variant: variant, context)
            }
        }
        registries.backbones.register("VGG") { reader, context in
            try VGG(from: &reader, context)
        }
        registries.backbones.register("MobileNetV2") { reader, context in
            try MobileNetV2(from: &reader, context)
        }
        registries.backbones.register("LeNet5") { reader, context in
            try LeNet5(from: &reader, context)
        }
        registries.necks.register("GlobalAveragePooling") { reader, _ in
            try GlobalAveragePooling(from: &reader)
        }
        registries.necks.register("GeneralizedMeanPooling") { reader, context in
            try GeneralizedMeanPooling(from: &reader, context)
        }
        registries.heads.register("ClsHead") { reader, context in
            try ClsHead(from: &reader, context)
        }
        registries.heads.register("LinearClsHead") { reader, context in
            try LinearClsHead(from: &reader, context)
        }
        registries.heads.register("StackedLinearClsHead") { reader, context in
            try StackedLinearClsHead(from: &reader, context)
        }
        registries.heads.register("MultiLabelClsHead") { reader, context in
            try MultiLabelClsHead(from: &reader, context)
        }
        registries.heads.register("MultiLabelLinearClsHead") { reader, context in
            try MultiLabelLinearClsHead(from: &reader, context)
        }
        registries.losses.register("CrossEntropyLoss") { reader, _ in
            try CrossEntropyLoss(from: &reader)
        }
        registries.losses.register("LabelSmoothLoss") { reader, context in
            try LabelSmoothLoss(from: &reader, context)
        }
        registries.losses.register("FocalLoss") { reader, _ in try FocalLoss(from: &reader) }
        registries.losses.register("AsymmetricLoss") { reader, _ in
            try AsymmetricLoss(from: &reader)
        }
        registries.batchAugments.register(["Mixup", "BatchMixup"]) { reader, _ in
            try Mixup(from: &reader)
        }
        registries.batchAugments.register(["CutMix", "BatchCutMix"]) { reader, _ in
            try CutMix(from: &reader)
        }
        registries.batchAugments.register(["ResizeMix", "BatchResizeMix"]) { reader, _ in
            try ResizeMix(from: &reader)
        }
        registries.dataPreprocessors.register("BaseDataPreprocessor") { reader, _ in
            reader.ignore("non_blocking")
            return BaseDataPreprocessor()
        }
        registries.dataPreprocessors.register("ImgDataPreprocessor") { reader, _ in
            try ImgDataPreprocessor(from: &reader)
        }
        registries.dataPreprocessors.register("ClsDataPreprocessor") { reader, context in
            try ClsDataPreprocessor(from: &reader, context)
        }
        registries.classifiers.register("ImageClassifier") { reader, context in
            try ImageClassifier(from: &reader, context)
        }
        return registries
    }()

    /// Puts all registries into a build context, where factories look for them.
    public func provide(to context: inout BuildContext) {
        context.provide(backbones)
        context.provide(necks)
        context.provide(heads)
        context.provide(losses)
        context.provide(batchAugments)
        context.provide(dataPreprocessors)
        context.provide(classifiers)
    }
}
