import ConfigCore
import ImageData
import TensorCore
import Testing
import TrainingInterfaces

@Suite("transforms give the original's numbers") struct RecordedPipelineTests {
    @Test("recorded pipelines") func recorded() throws {
        var wrong: [String] = []
        for recorded in try Fixtures.pipelineCases() {
            guard let name = recorded["name"]?.string, let input = recorded["input"],
                let expected = recorded["expected"]
            else { continue }
            do {
                let transforms = try transforms(of: input)
                if expected["error"] != nil {
                    wrong.append("\(name): no error")
                    continue
                }
                var sample = Sample()
                sample["img"] = input["image"]?.array.map(DataValue.array)
                sample["img_shape"] = input.at(path: "image.shape")?.list.map(shape)
                for transform in transforms {
                    try apply(transform, to: &sample, draws: input["draws"])
                }
                wrong += differences(sample, expected).map { "\(name): \($0)" }
            } catch  where expected["error"] != nil {
            } catch {
                wrong.append("\(name): \(error)")
            }
        }
        #expect(wrong == [])
    }

    private func transforms(of input: ConfigNode) throws -> [any Transform] {
        try (input["pipeline"]?.list ?? []).enumerated().map { place, node in
            try standardTransforms.build(node, at: "pipeline[\(place)]", BuildContext())
        }
    }

    /// Random transforms get what the original drew.
    private func apply(_ transform: any Transform, to sample: inout Sample, draws: ConfigNode?)
        throws
    {
        switch transform {
        case let crop as RandomCrop:
            let image = try #require(sample.image)
            let drawn = draws?["crop_params"]?.list?.compactMap(\.int) ?? []
            try #require(drawn.count == 4)
            sample.image = crop.crop(try crop.prepared(image), top: drawn[0], left: drawn[1])
        case let flip as RandomFlip:
            try flip.apply(to: &sample, drawn: draws?["np_rand"]?[0]?.double ?? 0.5)
        default:
            var random = KeyedRandom(seed: 0).stream()
            try transform.apply(to: &sample, random: &random)
        }
    }

    private func differences(_ sample: Sample, _ expected: ConfigNode) -> [String] {
        var wrong: [String] = []
        if sample["img"] != expected["image"]?.array.map(DataValue.array) { wrong.append("image") }
        if sample["img_shape"] != expected["img_shape"]?.list.map(shape) {
            wrong.append("img_shape")
        }
        if sample["flip"] != expected["flip"]?.bool.map(DataValue.bool) { wrong.append("flip") }
        return wrong
    }

    private func shape(_ sides: [ConfigNode]) -> DataValue {
        .tuple(sides.compactMap(\.int).map(DataValue.int))
    }
}
