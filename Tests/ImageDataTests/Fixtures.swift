import ConfigCore
import Foundation
import ImageData
import TensorCore
import TrainingInterfaces

/// The recorded cases and images beside the tests.
enum Fixtures {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
    static let png = tests.appending(path: "Fixtures/png").path
    private static let numeric = tests.appending(path: "Fixtures/transforms/pipeline_numeric.json")

    static let formats = tests.appending(path: "Fixtures/jpeg").path
    static let datasets = tests.appending(path: "Fixtures/datasets").path

    static func formatCases() throws -> [ConfigNode] { try cases(in: "\(formats)/decode.json") }

    static func pngCases() throws -> [ConfigNode] { try cases(in: "\(png)/png_decode.json") }

    static func pipelineCases() throws -> [ConfigNode] { try cases(in: numeric.path) }

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    private static func cases(in file: String) throws -> [ConfigNode] {
        let text = String(decoding: try bytes(file), as: UTF8.self)
        return try Config.parse(text: text, name: file)["cases"]?.list ?? []
    }
}

extension ConfigNode {
    /// An image or array as the recorded cases write it.
    var array: PlainTensor? {
        guard let shape = self["shape"]?.list?.compactMap(\.int), let data = self["data"]?.list
        else { return nil }
        return self["dtype"]?.string == "uint8"
            ? PlainTensor(data.map { UInt8($0.int ?? 0) }, shape: shape)
            : PlainTensor(data.map { Float($0.double ?? .nan) }, shape: shape)
    }
}

/// A folder for one test, removed at its end.
final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], to name: String) throws {
        let url = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    /// The message with the folder's own path taken out.
    func shown(_ error: any Error) -> String {
        "\(error)".replacingOccurrences(of: path, with: "<dir>")
    }
}

/// An image whose pixels tell it from others.
func testImage(_ number: Int, height: Int = 8, width: Int = 8) -> Image {
    let pixels = (0..<(height * width * 3)).map { UInt8(truncatingIfNeeded: $0 * 7 + number * 31) }
    return Image(height: height, width: width, channels: 3, pixels: .uint8(pixels))
}
