import ConfigCore
import ImageData
import TensorCore
import Testing
import TrainingInterfaces

@Suite("transforms") struct TransformTests {
    private func context() -> BuildContext {
        var context = BuildContext()
        context.provide(standardTransforms)
        return context
    }

    private func pipeline(_ node: ConfigNode) throws -> Pipeline {
        let config: ConfigNode = ["pipeline": node]
        return try config.decode(at: "data") { try Pipeline(from: &$0, context()) }
    }

    @Test("mistakes in configs are named") func configMistakes() {
        let cases: [(ConfigNode, String)] = [
            (
                ["type": "RandomFlop"],
                ".type: \"RandomFlop\" is not a known transform; did you mean \"RandomFlip\"?"
            ),
            (
                ["type": "Resize", "size": [1, 2, 3]],
                ".size: expected an integer or a pair of height and width, got a list"
            ),
            (
                ["type": "Resize", "size": [-1, 4]],
                ".size: must be positive; only the second number may be -1"
            ),
            (
                ["type": "Resize", "size": 4, "interpolation": "hamming"],
                ".interpolation: expected \"nearest\", \"bilinear\", \"bicubic\", \"area\" or \"lanczos\", got the string \"hamming\""
            ),
            (
                ["type": "Resize", "size": 4, "backend": "turbo"],
                ".backend: expected \"cv2\" or \"pillow\", got the string \"turbo\""
            ),
            (["type": "CenterCrop", "crop_size": 0], ".crop_size: must be positive"),
            (
                ["type": "CenterCrop", "crop_size": [2, 2], "efficientnet_style": true],
                ".crop_size: must be an integer with efficientnet_style"
            ),
            (
                ["type": "RandomCrop", "size": 3, "padding_mode": "zero"],
                ".padding_mode: expected \"constant\", \"edge\", \"reflect\" or \"symmetric\", got the string \"zero\""
            ),
            (
                ["type": "RandomCrop", "size": 3, "padding": [1, 2, 3]],
                ".padding: expected an integer or a list of 2 or 4, got a list"
            ),
            (["type": "RandomFlip", "flip_prob": 1.5], ".flip_prob: must be between 0 and 1"),
            (
                ["type": "Normalize", "mean": [1, 2, 3], "std": [1, 2]],
                ".std: has 2 values, mean has 3"
            ),
            (["type": "Normalize", "mean": [1], "std": [0]], ".std: must be positive"),
            (
                ["type": "LoadImageFromFile", "file_client_args": ["backend": "ceph"]],
                ".file_client_args.backend: expected \"disk\", got the string \"ceph\""
            ),
            (
                ["type": "LoadImageFromFile", "color_type": "unchanged"],
                ".color_type: expected \"color\" or \"grayscale\", got the string \"unchanged\""
            ),
            (["type": "Collect"], ".keys: required key is missing"),
            (["type": "Pad"], ": give one of size, size_divisor and pad_to_square"),
            (
                ["type": "Albu", "transforms": []],
                ".type: Albumentations is a Python package and is not available; use RandAugment, AutoAugment or the transforms of that kind"
            ),
            (["type": "Posterize", "bits": 9], ".bits: must be from 0 to 8"),
            (["type": "Rotate", "angle": 3, "prob": 2], ".prob: must be between 0 and 1"),
            (
                ["type": "Shear", "magnitude": 0.1, "direction": "diagonal"],
                ".direction: expected \"horizontal\" or \"vertical\", got the string \"diagonal\""
            ),
            (
                ["type": "Shear", "magnitude": 0.1, "magnitude_range": [0, 1]],
                ".magnitude: is given together with magnitude_range; keep one of them"
            ),
            (
                ["type": "AutoAugment", "policies": "cifar"],
                ".policies: expected \"imagenet\" or a list, got the string \"cifar\""
            ),
            (
                ["type": "AutoAugment", "policies": [[["type": "Invert"]], []]],
                ".policies[1]: expected a list of at least one augmentation, got a list"
            ),
            (
                [
                    "type": "RandAugment", "num_policies": 2, "magnitude_level": 9,
                    "policies": [
                        ["type": "Rotate", "magnitude_key": "angel", "magnitude_range": [0, 30]]
                    ],
                ],
                ".policies[0].magnitude_key: expected \"angle\", got the string \"angel\""
            ),
            (
                [
                    "type": "RandAugment", "num_policies": 2, "magnitude_level": 9,
                    "policies": "timm_increasing", "hparams": ["pad_value": 3],
                ],
                ".hparams.pad_value: unknown key; did you mean pad_val?"
            ),
            (
                [
                    "type": "ColorJitter", "brightness": 0.4, "contrast": 0.4, "saturation": 0.4,
                    "hue": -0.1, "backend": "cv2",
                ],
                ".hue: must be 0 or more"
            ),
        ]
        for (node, expected) in cases {
            #expect(message { try pipeline([node]) } == "data.pipeline[0]\(expected)")
        }
    }

    @Test("lists serve as tuples, integers as floats") func tolerantTypes() throws {
        let pipeline = try pipeline([
            ["type": "Resize", "size": [6, -1]], ["type": "CenterCrop", "crop_size": [4, 5]],
            ["type": "RandomFlip", "flip_prob": 1],
            ["type": "Normalize", "mean": [1, 2, 3], "std": [1, 1, 1]],
            ["type": "ImageToTensor", "keys": ["img"]],
        ])
        var sample = Sample()
        sample.image = testImage(0)
        try pipeline.apply(to: &sample, random: KeyedRandom(seed: 0))
        guard case .array(let array) = sample["img"] else { return }
        #expect(array.shape == [3, 4, 5])
    }

    @Test("samples that do not fit are named by file") func sampleMistakes() {
        let cases: [(ConfigNode, String)] = [
            (
                ["type": "RandomCrop", "size": 16],
                "a.png: RandomCrop: the image of 8x8 is smaller than the crop of 16x16; set padding or pad_if_needed"
            ),
            (
                ["type": "Normalize", "mean": [1, 2], "std": [1, 2]],
                "a.png: Normalize: mean has 2 values, the image has 3 channels"
            ),
            (
                ["type": "Collect", "keys": ["gt_label"]],
                "a.png: Collect: the sample has no \"gt_label\""
            ),
            (
                ["type": "ToTensor", "keys": ["filename"]],
                "a.png: ToTensor: \"filename\" is neither a number nor an array"
            ),
            (
                ["type": "ImageToTensor", "keys": ["depth"]],
                "a.png: ImageToTensor: the sample has no \"depth\"; load an image first (LoadImageFromFile)"
            ),
        ]
        for (node, expected) in cases {
            var sample = Sample()
            sample.image = testImage(0)
            sample["filename"] = .string("a.png")
            #expect(
                message { try pipeline([node]).apply(to: &sample, random: KeyedRandom(seed: 0)) }
                    == expected)
        }
    }

    @Test("only random transforms are numbered") func ordinals() throws {
        var images: [Image?] = []
        for steps: [any Transform] in [
            [RandomCrop(size: 8, padding: 2), RandomFlip()],
            [
                RandomCrop(size: 8, padding: 2), Normalize(mean: [0], deviation: [1], toRGB: false),
                RandomFlip(),
            ],
        ] {
            var sample = Sample()
            sample.image = testImage(3)
            try Pipeline(steps).apply(to: &sample, random: KeyedRandom(seed: 9).at(4))
            images.append(sample.image?.asFloat32)
        }
        #expect(images[0] != nil && images[0] == images[1])
    }

    @Test("what is collected") func collect() throws {
        var sample = Sample()
        sample.image = testImage(0)
        sample["gt_label"] = .int(3)
        sample["filename"] = .string("a.png")
        sample["flip"] = .bool(true)
        let steps: [any Transform] = [ToTensor(keys: ["gt_label"]), Collect(keys: ["gt_label"])]
        try Pipeline(steps).apply(to: &sample, random: KeyedRandom(seed: 0))
        let meta = DataDictionary([("filename", .string("a.png")), ("flip", .bool(true))])
        let expected = DataDictionary([
            ("img_metas", .dictionary(meta)),
            ("gt_label", .array(PlainTensor([3] as [Int64], shape: [1]))),
        ])
        #expect(sample == Sample(expected))
    }
}

/// What an error says, or nil where there is none.
func message(_ body: () throws -> some Any) -> String? {
    do {
        _ = try body()
        return nil
    } catch {
        return "\(error)"
    }
}
