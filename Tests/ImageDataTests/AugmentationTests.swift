import ConfigCore
import ImageData
import TensorCore
import Testing
import TrainingInterfaces

@Suite("augmentations and new-style transforms") struct AugmentationTests {
    private func pipeline(_ steps: ConfigNode, _ style: PipelineStyle = .legacy) throws -> Pipeline
    {
        var context = BuildContext()
        context.provide(standardTransforms)
        context.provide(style)
        let config: ConfigNode = ["pipeline": steps]
        return try config.decode(at: "data") { try Pipeline(from: &$0, context) }
    }

    private func image(
        _ steps: ConfigNode, _ style: PipelineStyle = .legacy, place: Int = 0,
        of image: Image = testImage(2, height: 12, width: 16)
    ) throws -> Image? {
        var sample = Sample()
        sample.image = image
        try pipeline(steps, style).apply(to: &sample, random: KeyedRandom(seed: 5).at(place))
        return sample.image
    }

    @Test("either spelling of RandAugment gives the same images") func spellings() throws {
        let legacy: ConfigNode = [
            [
                "type": "RandAugment", "num_policies": 2, "magnitude_level": 9, "total_level": 10,
                "magnitude_std": 0.5,
                "policies": [
                    ["type": "Rotate", "magnitude_key": "angle", "magnitude_range": [0, 30]],
                    ["type": "Posterize", "magnitude_key": "bits", "magnitude_range": [4, 0]],
                    ["type": "Equalize"],
                    [
                        "type": "Translate", "magnitude_key": "magnitude",
                        "magnitude_range": [0, 0.45], "direction": "vertical",
                    ],
                ],
                "hparams": ["pad_val": [104, 116, 124], "interpolation": "bicubic"],
            ]
        ]
        let new: ConfigNode = [
            [
                "type": "mmpretrain.RandAugment", "num_policies": 2, "magnitude_level": 9,
                "magnitude_std": 0.5,
                "policies": [
                    ["type": "Rotate", "magnitude_range": [0, 30]],
                    ["type": "Posterize", "magnitude_range": [4, 0]],
                    ["type": "Equalize"],
                    ["type": "Translate", "magnitude_range": [0, 0.45], "direction": "vertical"],
                ],
                "hparams": ["pad_val": [104, 116, 124], "interpolation": "bicubic"],
            ]
        ]
        var different: Set<Int> = []
        for place in 0..<40 {
            let first = try image(legacy, place: place)
            #expect(try first == image(new, .new, place: place))
            if first != testImage(2, height: 12, width: 16) { different.insert(place) }
        }
        #expect(different.count > 20)
    }

    @Test("named policies", arguments: ["timm_increasing", "simple_increasing"])
    func named(_ name: String) throws {
        let steps: ConfigNode = [
            [
                "type": "RandAugment", "policies": ConfigNode(.string(name)), "num_policies": 3,
                "magnitude_level": 8, "magnitude_std": "inf",
            ]
        ]
        let images = try (0..<30).map { try image(steps, place: $0) }
        #expect(Set(images.map { "\($0?.array.floats ?? [])" }).count > 15)
        let auto: ConfigNode = [["type": "AutoAugment", "policies": "imagenet"]]
        #expect(try image(auto, place: 7)?.shape == [12, 16, 3])
    }

    @Test("sizes of the two styles") func sizes() throws {
        let cases: [(ConfigNode, PipelineStyle, [Int])] = [
            (["type": "CenterCrop", "crop_size": [6, 10]], .legacy, [6, 10, 3]),
            (["type": "CenterCrop", "crop_size": [10, 6]], .new, [6, 10, 3]),
            (["type": "CenterCrop", "crop_size": 14, "auto_pad": true], .new, [14, 14, 3]),
            (["type": "EfficientNetCenterCrop", "crop_size": 9], .new, [9, 9, 3]),
            (["type": "Resize", "scale": [20, 10]], .new, [10, 20, 3]),
            (["type": "Resize", "scale": [24, 9], "keep_ratio": true], .new, [9, 12, 3]),
            (["type": "Resize", "scale_factor": 0.5], .new, [6, 8, 3]),
            (["type": "ResizeEdge", "scale": 6], .new, [6, 8, 3]),
            (["type": "ResizeEdge", "scale": 8, "edge": "long"], .new, [6, 8, 3]),
            (["type": "Resize", "size": [6, -1], "backend": "pillow"], .legacy, [6, 8, 3]),
            (["type": "Pad", "size": [20, 18]], .legacy, [20, 18, 3]),
            (["type": "Pad", "size": [18, 20]], .new, [20, 18, 3]),
            (["type": "Pad", "size_divisor": 32], .new, [32, 32, 3]),
            (["type": "RandomCrop", "crop_size": 14, "pad_if_needed": true], .new, [14, 14, 3]),
            (["type": "RandomCrop", "crop_size": 14], .new, [12, 14, 3]),
            (
                ["type": "RandomResizedCrop", "size": [5, 7], "scale": [0.5, 1]], .legacy,
                [5, 7, 3]
            ),
            (
                ["type": "RandomResizedCrop", "scale": [5, 7], "crop_ratio_range": [0.5, 1]], .new,
                [5, 7, 3]
            ),
            (["type": "RandomResizedCrop", "scale": 9, "backend": "pillow"], .new, [9, 9, 3]),
            (["type": "EfficientNetRandomCrop", "scale": 9], .new, [9, 9, 3]),
            (
                ["type": "RandomResizedCrop", "size": 9, "efficientnet_style": true], .legacy,
                [9, 9, 3]
            ),
            (["type": "RandomGrayscale", "prob": 1, "keep_channels": false], .new, [12, 16]),
            (["type": "RandomErasing", "erase_prob": 1, "mode": "rand"], .new, [12, 16, 3]),
            (
                ["type": "ColorJitter", "brightness": 0.4, "contrast": [0.5, 2]], .new, [12, 16, 3]
            ),
            (["type": "Transpose", "keys": ["img"], "order": [1, 0, 2]], .legacy, [16, 12, 3]),
            (
                [
                    "type": "Cutout", "shape": ConfigNode(.null), "magnitude_range": [0, 4],
                    "magnitude_level": 5,
                ], .new, [12, 16, 3]
            ),
        ]
        for (step, style, shape) in cases {
            #expect(try image([step], style, place: 3)?.shape == shape, "\(step)")
        }
    }

    @Test("a crop of a padded image makes only its part") func paddedCrop() throws {
        let config: ConfigNode = [
            "type": "RandomCrop", "size": [9, 7], "padding": [3, 1, 2, 4], "pad_val": [7, 8, 9],
        ]
        let crop = try #require(
            try standardTransforms.build(config, at: "crop", BuildContext()) as? RandomCrop)
        let image = testImage(4, height: 12, width: 10)
        let whole = try crop.prepared(image)
        for place in 0..<30 {
            let address = KeyedRandom(seed: 8).at(place)
            var sample = Sample()
            sample.image = image
            var stream = address.stream()
            try crop.apply(to: &sample, random: &stream)
            var again = address.stream()
            let start = try crop.parameters(
                height: whole.height, width: whole.width, random: &again)
            #expect(sample.image == crop.crop(whole, top: start.top, left: start.left))
        }
    }

    /// The figures are Pillow's.
    @Test("hues are turned") func hues() throws {
        let pixels: [UInt8] = [
            7, 7, 7, 0, 0, 0, 203, 133, 79, 192, 144, 129, 204, 71, 237, 252, 134, 25, 178, 20, 254,
            101, 146, 212,
        ]
        let cases: [(ConfigNode, [UInt8])] = [
            (
                0.1,
                [
                    7, 7, 7, 0, 0, 0, 203, 80, 97, 192, 130, 150, 110, 72, 237, 252, 26, 47, 43, 21,
                    254, 101, 211, 212,
                ]
            ),
            (
                -0.3,
                [
                    7, 7, 7, 0, 0, 0, 80, 203, 109, 130, 192, 132, 237, 173, 72, 26, 252, 90, 254,
                    131, 21, 212, 101, 172,
                ]
            ),
            (
                0.7,
                [
                    7, 7, 7, 0, 0, 0, 80, 143, 203, 130, 174, 192, 95, 237, 72, 26, 132, 252, 87,
                    254, 21, 212, 169, 101,
                ]
            ),
        ]
        for (hue, expected) in cases {
            // As in the original, more than half a circle is half of it.
            let turn: ConfigNode = hue.double == 0.7 ? 0.5 : hue
            let pipeline = try pipeline(
                [["type": "ColorJitter", "hue": ConfigNode(.list([turn, hue]))]], .new)
            var sample = Sample()
            sample.image = Image(height: 2, width: 4, channels: 3, pixels: .uint8(pixels))
            try pipeline.apply(to: &sample, random: KeyedRandom(seed: 0))
            #expect(sample.image?.pixels == .uint8(expected))
        }
    }

    /// The figures are those of `mmcv.adjust_hue` with OpenCV 5.0.
    @Test("hues are turned as OpenCV turns them") func fullHues() throws {
        let pixels: [UInt8] = [
            7, 7, 7, 0, 0, 0, 203, 133, 79, 192, 144, 129, 204, 71, 237, 252, 134, 25, 178, 20, 254,
            101, 146, 212,
        ]
        let cases: [(ConfigNode, [UInt8])] = [
            (
                0.1,
                [
                    7, 7, 7, 0, 0, 0, 203, 79, 99, 192, 129, 153, 102, 71, 237, 252, 25, 51, 36, 20,
                    254, 101, 211, 212,
                ]
            ),
            (
                0.5,
                [
                    7, 7, 7, 0, 0, 0, 79, 146, 203, 129, 176, 192, 102, 237, 71, 25, 137, 252, 92,
                    254, 20, 212, 169, 101,
                ]
            ),
        ]
        for (hue, expected) in cases {
            let steps: ConfigNode = [
                [
                    "type": "ColorJitter", "backend": "cv2",
                    "hue": ConfigNode(.list([hue, hue])),
                ]
            ]
            let plain = Image(height: 2, width: 4, channels: 3, pixels: .uint8(pixels))
            #expect(try image(steps, .new, of: plain)?.pixels == .uint8(expected))
        }
    }

    @Test("half precision") func half() throws {
        let pipeline = try pipeline([["type": "ToHalf", "keys": ["img"]]])
        var sample = Sample()
        sample["img"] = .array(PlainTensor([0.1, 1, 70000, -2049] as [Float], shape: [4]))
        try pipeline.apply(to: &sample, random: KeyedRandom(seed: 0))
        let expected: [Float] = [0.099975586, 1, .infinity, -2048]
        #expect(sample["img"] == .array(PlainTensor(expected, shape: [4])))
    }

    @Test("flips of several directions have their own probabilities") func directions() throws {
        let steps: ConfigNode = [
            [
                "type": "RandomFlip", "prob": [0.25, 0.25, 0.25],
                "direction": ["horizontal", "vertical", "diagonal"],
            ]
        ]
        let pipeline = try pipeline(steps, .new)
        var counts: [String: Int] = [:]
        for place in 0..<200 {
            var sample = Sample()
            sample.image = testImage(1)
            try pipeline.apply(to: &sample, random: KeyedRandom(seed: 1).at(place))
            counts["\(sample["flip_direction"] ?? .none)", default: 0] += 1
        }
        #expect(counts.count == 4 && counts.values.allSatisfy { $0 > 25 })
    }

    @Test("groups of transforms are applied as often as they should be") func groups() throws {
        let flip: ConfigNode = ["type": "RandomFlip", "prob": 1]
        let down: ConfigNode = ["type": "RandomFlip", "prob": 1, "direction": "vertical"]
        let plain = testImage(2, height: 12, width: 16)
        let kinds = try [[], [flip], [down], [flip, down]].map {
            try image(ConfigNode(.list($0)), .new)
        }
        let some = ConfigNode(.list([flip, down]))
        let cases: [(ConfigNode, [Int])] = [
            (["type": "Compose", "transforms": some], [0, 0, 0, 200]),
            (["type": "RandomApply", "transforms": some, "prob": 0.25], [150, 0, 0, 50]),
            (["type": "RandomApply", "transforms": some], [100, 0, 0, 100]),
            (["type": "RandomChoice", "transforms": [flip, [down], some]], [0, 67, 67, 67]),
            (
                [
                    "type": "RandomChoice", "transforms": [[], [down], some],
                    "prob": [0.5, 0.5, 0],
                ],
                [100, 0, 100, 0]
            ),
        ]
        for (step, expected) in cases {
            var counts = [0, 0, 0, 0]
            for place in 0..<200 {
                let made = try image([step], .new, place: place, of: plain)
                counts[try #require(kinds.firstIndex(of: made))] += 1
            }
            #expect(zip(counts, expected).allSatisfy { abs($0 - $1) <= ($1 == 0 ? 0 : 25) })
        }
        #expect(
            message {
                try image([["type": "RandomChoice", "transforms": [flip, down], "prob": [1, 1]]])
            } == "data.pipeline[0].prob: expected 2 numbers whose sum is 1, got a list")
        #expect(
            message { try image([["type": "RandomApply", "transforms": [["type": "RandomFlp"]]]]) }
                == "data.pipeline[0].transforms[0].type: \"RandomFlp\" is not a known transform; did you "
                + "mean \"RandomFlip\"?")
    }

    @Test("what is packed") func packed() throws {
        var sample = Sample()
        sample.image = testImage(0, height: 2, width: 3)
        sample["gt_label"] = .int(3)
        sample["filename"] = .string("a.png")
        sample["flip"] = .bool(true)
        sample["scale"] = .int(1)
        try pipeline([["type": "PackInputs", "meta_keys": ["flip"]]], .new)
            .apply(to: &sample, random: KeyedRandom(seed: 0))
        guard case .array(let array) = sample["img"] else {
            Issue.record("there is no image")
            return
        }
        #expect(array.shape == [3, 2, 3])
        #expect(sample["gt_label"] == .int(3) && sample["scale"] == nil)
        let meta = DataDictionary([("filename", .string("a.png")), ("flip", .bool(true))])
        #expect(sample["img_metas"] == .dictionary(meta))
    }

    @Test("fractions are refused where bytes are needed") func fractions() {
        let steps: ConfigNode = [
            ["type": "Normalize", "mean": [0, 0, 0], "std": [1, 1, 1]],
            ["type": "Equalize", "prob": 1],
        ]
        #expect(
            message { try image(steps) }
                == "sample: Equalize: the image holds fractions, not bytes; put it before Normalize and load without to_float32"
        )
    }
}
