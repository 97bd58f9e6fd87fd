import Foundation
import MMRunner
import Testing

/// Numbers of MMClassification 0.25 on PyTorch 2.13, with the same seeds and configs.
@Suite("Pretrained weights") struct PretrainedTests {
    private let folder: String
    private let device: Device

    init() throws {
        folder = NSTemporaryDirectory() + "pretrained-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        device = try Device(threads: 1)
    }

    private static let model: ConfigNode = [
        "type": "ImageClassifier",
        "backbone": [
            "type": "ResNet_CIFAR", "depth": 18, "base_channels": 4, "stem_channels": 4,
        ],
        "neck": ["type": "GlobalAveragePooling"],
        "head": ["type": "LinearClsHead", "num_classes": 10, "in_channels": 32, "topk": [1]],
    ]

    private func build(
        _ config: ConfigNode, seed: UInt64, pretrained: PretrainedFiles? = PretrainedFiles()
    ) throws -> StateDictionary {
        try buildClassifier(
            config, device: device, generator: TorchGenerator(seed: seed), pretrained: pretrained
        ).stateDictionary()
    }

    /// Weights of a run with seed 1.
    private func trained(_ name: String, keeping prefix: String = "") throws -> StateDictionary {
        let state = try build(Self.model, seed: 1)
        let kept = state.names.filter { $0.hasPrefix(prefix) }.map { ($0, state[$0]) }
        try Checkpoint(
            meta: TorchDictionary(),
            state: StateDictionary(kept.compactMap { name, value in value.map { (name, $0) } })
        ).write(to: "\(folder)/\(name)")
        return state
    }

    private func backbone(_ state: StateDictionary) -> StateDictionary {
        StateDictionary(
            state.names.filter { $0.hasPrefix("backbone.") }.compactMap { name in
                state[name].map { (name, $0) }
            })
    }

    private func first(_ name: String, of state: StateDictionary) -> [Float] {
        Array((state[name]?.floats ?? []).prefix(4))
    }

    @Test("a backbone takes its part, and the head is drawn as if nothing else were")
    func prefix() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let saved = try trained("a.pth")
        let rule: ConfigNode = [
            "type": "Pretrained", "checkpoint": .init(.string("\(folder)/a.pth")),
            "prefix": "backbone.",
        ]
        let drawn: [Float] = [
            0.004_339_181_35, 0.000_794_993_772, 0.007_169_292_77, -0.007_370_623_29,
        ]
        // In a list the residual blocks still begin as identities, which here they did anyway.
        for form in [rule, [rule]] {
            let files = PretrainedFiles()
            let state = try build(
                Self.model.setting("backbone", "init_cfg", to: form), seed: 2, pretrained: files)
            #expect(backbone(state) == backbone(saved))
            // The same numbers, to one unit in the last place.
            let isDrawn = zip(first("head.fc.weight", of: state), drawn).allSatisfy {
                abs($0 - $1) <= $1.magnitude.ulp
            }
            #expect(isDrawn)
            #expect(
                files.messages == [
                    "load backbone. in model from: \(folder)/a.pth",
                    "load checkpoint from local path: \(folder)/a.pth",
                ])
            #expect(files.warnings == [])
        }
    }

    @Test("weights of the whole model leave the rest as it was built")
    func whole() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let saved = try trained("a.pth", keeping: "backbone.")
        let config = Self.model.setting(
            "pretrained", to: .init(.string("\(folder)/a.pth")))
        let files = PretrainedFiles()
        let state = try build(config, seed: 2, pretrained: files)
        #expect(backbone(state) == backbone(saved))
        #expect(
            first("head.fc.weight", of: state)
                == [-0.076_026_588_7, -0.060_288_198_3, -0.037_610_814, 0.021_059_157_3])
        #expect(
            files.warnings == [
                "The model and loaded state dict do not match exactly\n\nmissing keys in source state_dict: head.fc.weight, head.fc.bias\n"
            ])
    }

    @Test("what is to be continued or tested needs no pretrained file")
    func leftOut() throws {
        let config = Self.model.setting("pretrained", to: "torchvision://resnet18")
        let state = try build(config, seed: 2, pretrained: nil)
        #expect(first("head.fc.weight", of: state)[0] == -0.076_026_588_7)
        let error = #expect(throws: CheckpointError.self) {
            let finder = CheckpointFinder(environment: ["HOME": "/nowhere"])
            _ = try build(config, seed: 2, pretrained: PretrainedFiles(finder))
        }
        #expect(error?.file == "torchvision://resnet18")
    }
}
