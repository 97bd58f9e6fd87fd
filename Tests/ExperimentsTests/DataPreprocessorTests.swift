import MMRunner
import Testing

@Suite("ClsDataPreprocessor") struct DataPreprocessorTests {
    private func context() throws -> ForwardContext {
        ForwardContext(
            mode: .evaluation, tape: nil, device: try Device(threads: 1),
            random: KeyedRandom(seed: 0))
    }

    private func preprocessor(_ config: ConfigNode) throws -> ClsDataPreprocessor {
        try config.decode(at: "data_preprocessor") {
            try ClsDataPreprocessor(from: &$0, BuildContext())
        }
    }

    @Test("bytes become what Normalize makes of them, bit for bit, whatever the packed form")
    func normalizes() throws {
        let settings: ConfigNode = [
            "mean": [123.675, 116.28, 103.53], "std": [58.395, 57.12, 57.375], "to_rgb": true,
        ]
        let bytes = (0..<48).map { UInt8(truncatingIfNeeded: $0 * 37) }
        let planes = PlainTensor(bytes, shape: [1, 3, 4, 4])
        let interleaved = (0..<16).flatMap { place in
            (0..<3).map { bytes[$0 * 16 + place] }
        }
        var sample = Sample()
        sample.image = Image(height: 4, width: 4, channels: 3, pixels: .uint8(interleaved))
        var stream = KeyedRandom(seed: 0).stream()
        try settings.decode(at: "") { try Normalize(from: &$0) }
            .apply(to: &sample, random: &stream)
        guard case .float32(let pixels)? = sample.image?.pixels else {
            Issue.record("no pixels")
            return
        }
        let expected = (0..<3).flatMap { channel in
            (0..<16).map { pixels[$0 * 3 + channel] }
        }
        let labels = DataValue.array(PlainTensor([7] as [Int64], shape: [1]))
        let forms: [[(String, DataValue)]] = [
            [("img", .array(planes)), ("gt_label", labels)],
            [
                ("inputs", .array(planes)),
                ("data_samples", .dictionary(DataDictionary([("gt_label", labels)]))),
            ],
        ]
        for form in forms {
            let batch = Batch(.dictionary(DataDictionary(form)), sampleCount: 1)
            let result = try preprocessor(settings)(batch, context())
            #expect(result.array("img")?.floats == expected)
            #expect(result["gt_label"] == labels)
        }
    }

    @Test("mistakes")
    func mistakes() throws {
        func message(_ config: ConfigNode) -> String {
            do {
                _ = try preprocessor(config)
                return "no error"
            } catch { return "\(error)" }
        }
        #expect(
            message(["mean": [1]])
                == "data_preprocessor.mean: given without std; give both or none")
        #expect(
            message(["mean": [1, 2], "std": [1]])
                == "data_preprocessor.std: has 1 values, mean has 2")
        #expect(
            message(["to_onehot": true])
                == "data_preprocessor.num_classes: required to make shares of classes")
    }
}

/// Preprocessors of MMEngine and MMPretrain against recorded arithmetic.
@Suite("image preprocessors") struct ImagePreprocessorTests {
    private func run(
        _ type: String, _ config: ConfigNode, _ inputs: DataValue,
        _ more: [(String, DataValue)] = []
    ) throws -> Batch {
        let preprocessor = try ModelRegistries.standard.dataPreprocessors.build(
            config.setting("type", to: ConfigNode(.string(type))), at: "data_preprocessor",
            BuildContext())
        let context = ForwardContext(
            mode: .evaluation, tape: nil, device: try Device(threads: 1),
            random: KeyedRandom(seed: 0))
        let fields = DataDictionary([("inputs", inputs)] + more)
        return try preprocessor(Batch(.dictionary(fields), sampleCount: 2), context)
    }

    private func bytes(_ shape: [Int]) -> PlainTensor {
        PlainTensor(
            (0..<shape.elementCount).map { UInt8(truncatingIfNeeded: $0 * 37) }, shape: shape)
    }

    @Test("N25, N26: images of several sizes are padded at their end, to a multiple if asked")
    func n25_padding() throws {
        let small = bytes([3, 1, 2])
        let large = bytes([3, 2, 1])
        let list = DataValue.list([.array(small), .array(large)])
        let config: ConfigNode = ["pad_size_divisor": 3, "pad_value": -1]
        let expected: [Float] = [
            [0, 37, -1, -1, -1, -1, -1, -1, -1], [74, 111, -1, -1, -1, -1, -1, -1, -1],
            [148, 185, -1, -1, -1, -1, -1, -1, -1], [0, -1, -1, 37, -1, -1, -1, -1, -1],
            [74, -1, -1, 111, -1, -1, -1, -1, -1], [148, -1, -1, 185, -1, -1, -1, -1, -1],
        ].flatMap(\.self)
        let first = try run("ImgDataPreprocessor", config, list)
        #expect(first.array("inputs") == PlainTensor(expected, shape: [2, 3, 3, 3]))
        #expect(first["data_samples"] == DataValue.none)
        let second = try run("ClsDataPreprocessor", config, list)
        #expect(second.array("img") == PlainTensor(expected, shape: [2, 3, 3, 3]))
    }

    @Test("N25, N26: means, deviations and colors") func n26_normalization() throws {
        let images = DataValue.array(bytes([1, 3, 1, 2]))
        // (74 - 10) / 4, and so on.
        let swapped: [Float] = [34.5, 43.75, 16, 25.25, -2.5, 6.75]
        let settings: ConfigNode = ["mean": [10, 10, 10], "std": [4, 4, 4]]
        #expect(
            try run("ImgDataPreprocessor", settings.setting("bgr_to_rgb", to: true), images)
                .array("inputs")?.floats == swapped)
        #expect(
            try run("ClsDataPreprocessor", settings.setting("to_rgb", to: true), images)
                .array("img")?.floats == swapped)
        let one: ConfigNode = ["mean": [10], "std": [4]]
        #expect(
            try run("ImgDataPreprocessor", one, .array(bytes([1, 1, 1, 2]))).array("inputs")?.floats
                == [-2.5, 6.75])
        // Grey images have no colors to exchange.
        #expect(
            try run(
                "ClsDataPreprocessor", one.setting("to_rgb", to: true), .array(bytes([1, 1, 1, 2]))
            ).array("img")?.floats == [-2.5, 6.75])
    }

    @Test("N26: labels become shares, whatever the collate function made of them")
    func n26_oneHot() throws {
        let images = DataValue.array(bytes([2, 1, 1, 1]))
        let config: ConfigNode = ["to_onehot": true, "num_classes": 3]
        let shares = PlainTensor([0, 0, 1, 1, 0, 0] as [Float], shape: [2, 3])
        let labels: [[(String, DataValue)]] = [
            [("gt_label", .array(PlainTensor([2, 0] as [Int64], shape: [2])))],
            [("gt_label", .list([.int(2), .int(0)]))],
            [
                (
                    "data_samples",
                    .list([2, 0].map { DataSample([("gt_label", .int($0))]).value })
                )
            ],
        ]
        for form in labels {
            let batch = try run("ClsDataPreprocessor", config, images, form)
            #expect(batch.array("gt_score") == shares)
            #expect(batch.array("gt_label")?.integers == [2, 0])
        }
        let several = DataValue.list([
            .array(PlainTensor([0, 2] as [Int64], shape: [2])),
            .array(PlainTensor([1] as [Int64], shape: [1])),
        ])
        #expect(
            try run("ClsDataPreprocessor", config, images, [("gt_label", several)])
                .array("gt_score")?.floats == [1, 0, 1, 0, 1, 0])
    }

    @Test("mistakes") func mistakes() {
        func message(_ type: String, _ config: ConfigNode, _ shape: [Int] = [1, 1, 1, 2]) -> String
        {
            do {
                _ = try run(type, config, .array(bytes(shape)))
                return "no error"
            } catch { return "\(error)" }
        }
        #expect(
            message("ImgDataPreprocessor", ["mean": [1, 2], "std": [1, 2]])
                == "data_preprocessor.mean: has 2 values; give 1, or 3 for images with colors")
        #expect(
            message("ImgDataPreprocessor", ["bgr_to_rgb": true, "rgb_to_bgr": true])
                == "data_preprocessor.rgb_to_bgr: does not go together with bgr_to_rgb; set only one of them"
        )
        #expect(
            message("ImgDataPreprocessor", ["bgr_to_rgb": true])
                == "data_preprocessor: only images with 3 channels have colors to exchange, these have 1"
        )
        #expect(
            message("ClsDataPreprocessor", ["mean": [1, 2, 3], "std": [1, 2, 3]])
                == "data_preprocessor: mean has 3 values, the images have 1 channels")
        #expect(
            message("ClsDataPreprocessor", ["pad_size_divisor": 0])
                == "data_preprocessor.pad_size_divisor: expected a positive integer, got the number 0"
        )
        #expect(
            message("ClsDataPreprocessor", [:], [1, 2])
                == "batch: \"inputs\" has the shape [1, 2], expected [N, C, H, W]")
    }
}
