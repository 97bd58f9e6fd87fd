import Classifiers
import ConfigCore
import Foundation
import NeuralNet
import TensorCore
import TrainingInterfaces

/// The recorded cases of a file in `Fixtures`.
func fixture(_ name: String) throws -> ConfigNode {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    return try Config.load(path: folder.appending(path: "Fixtures/\(name).json").path()).root
}

/// A member of a fixture that must be there.
func part(_ node: ConfigNode, _ key: String) throws -> ConfigNode {
    guard let value = node[key] else { throw FixtureError(key: key) }
    return value
}

struct FixtureError: Error { let key: String }

extension ConfigNode {
    var numbers: [Double] { list?.compactMap(\.double) ?? [] }
}

/// One build of a model, with everything that factories ask for.
struct Workbench {
    let device: Device
    let generator: TorchGenerator
    let warnings = BuildWarnings()
    var context = BuildContext()

    init(seed: UInt64 = 0) throws {
        device = try Device(threads: 1)
        generator = TorchGenerator(seed: seed)
        context.provide(device)
        context.provide(generator)
        context.provide(warnings)
        ModelRegistries.standard.provide(to: &context)
    }

    func model(_ config: ConfigNode) throws -> any TrainableModel {
        try ModelRegistries.standard.classifiers.build(config, at: "model", context)
    }

    func forward(_ mode: ForwardContext.Mode, _ tape: Tape? = nil) -> ForwardContext {
        ForwardContext(mode: mode, tape: tape, device: device, random: KeyedRandom(seed: 0))
    }
}

/// A classifier's config with a short way to say what differs.
func classifier(
    backbone: ConfigNode = ["type": "ResNet_CIFAR", "depth": 18, "base_channels": 4],
    neck: ConfigNode = ["type": "GlobalAveragePooling"],
    head: ConfigNode = ["type": "LinearClsHead", "num_classes": 10, "in_channels": 32],
    _ more: (String, ConfigNode)...
) -> ConfigNode {
    let config: ConfigNode = [
        "type": "ImageClassifier", "backbone": backbone, "neck": neck, "head": head,
    ]
    return more.reduce(config) { $0.setting($1.0, to: $1.1) }
}

extension PlainTensor {
    /// Values that look random and can be written down: `i · 7919 mod 255`, between -2 and 2.
    static func pattern(_ shape: [Int]) -> PlainTensor {
        PlainTensor(
            (0..<shape.elementCount).map { Float($0 * 7919 % 255) / 64 - 2 }, shape: shape)
    }
}

extension Batch {
    static func images(_ images: PlainTensor, labels: [Int64]? = nil) -> Batch {
        var fields = DataDictionary([("img", .array(images))])
        fields["gt_label"] = labels.map { .array(PlainTensor($0, shape: [$0.count])) }
        return Batch(.dictionary(fields), sampleCount: images.shape.first ?? 0)
    }
}
