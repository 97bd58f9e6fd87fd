internal import ConfigCore
internal import Foundation
internal import ImageData
internal import TensorCore
internal import TrainingInterfaces
internal import WorkflowRunner

/// Pixels of decoded PNG files.
struct PNGDecode: CaseFamily {
    let name = "png_decode"

    func recognizes(_ item: OracleCase) -> Bool {
        item.input["file"] != nil && item.input["color_type"] != nil
    }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        let file = try item.input.field("file").text()
        let colorType = try item.input.field("color_type").text()
        let image = try pixels(
            of: "\(context.folder)../data/\(file)",
            by: ["type": "LoadImageFromFile", "color_type": .init(stringLiteral: colorType)])
        guard item.expected["error"] == nil else { return }
        let expected = item.expected
        var differences = Differences()
        differences.compare(
            "shape", expected: try expected.field("shape").integers(), actual: image.shape)
        guard case .uint8(let bytes) = image.elements else {
            throw Mismatch(differences: ["expected bytes, got other pixels"])
        }
        if SHA256.hexadecimal(bytes) != (try expected.field("sha256").text()) {
            let mean = Double(bytes.reduce(0) { $0 + Int($1) }) / Double(max(1, bytes.count))
            let expectedMean = try expected.field("mean").number()
            // Grey values of colour images may differ by one each.
            if colorType != "grayscale" || abs(mean - expectedMean) > 0.5 {
                differences.note("mean: expected \(expectedMean), got \(mean)")
                differences.compare(
                    "first", expected: try expected.field("first").integers(),
                    actual: bytes.prefix(12).map(Int.init))
            }
        }
        try differences.finish()
    }

    /// What the pipeline's first step makes of a file.
    private func pixels(of file: String, by config: ConfigNode) throws -> PlainTensor {
        // A file the recording names but that is not there is a broken recording, no refused image.
        guard FileManager.default.fileExists(atPath: file) else {
            throw MalformedCase("\(file): no such file")
        }
        let loader = try standardTransforms.build(config, at: "input", BuildContext())
        var sample = Sample()
        sample["img_info"] = .dictionary(DataDictionary([("filename", .string(file))]))
        try Pipeline([loader]).apply(to: &sample, random: KeyedRandom(seed: 0))
        guard let image = sample.image else {
            throw Mismatch(differences: ["expected an image, got none"])
        }
        return image.array
    }
}
