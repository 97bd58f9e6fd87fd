import MMRunner
import Testing

@Suite("ClsDataPreprocessor") struct DataPreprocessorTests {
    private func context() throws -> ForwardContext {
        ForwardContext(
            mode: .evaluation, tape: nil, device: try Device(threads: 1),
            random: KeyedRandom(seed: 0))
    }

    private func preprocessor(_ config: ConfigNode) throws -> ClsDataPreprocessor {
        try config.decode(at: "data_preprocessor") { try ClsDataPreprocessor(from: &$0) }
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
                == "data_preprocessor.to_onehot: true is not supported yet")
    }
}
