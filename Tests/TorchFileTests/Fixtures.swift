import Foundation
import TorchFile

/// One file of `Fixtures/pth` and what PyTorch finds in it.
struct FileCase: Decodable, Sendable, CustomStringConvertible {
    enum Outcome: String, Decodable {
        case ok, optional, refuse, error
        case checksumMismatch = "crc_mismatch"
    }

    struct Content: Decodable, Sendable {
        let tree: JSON
        let tensors: [String: Tensor]
        let tuples: [String]?
        let sharedStorage: [[String]]?

        enum CodingKeys: String, CodingKey {
            case tree, tensors, tuples
            case sharedStorage = "shared_storage"
        }
    }

    struct Tensor: Decodable, Sendable {
        let shape: [Int]
        let dtype: String
        let stride: [Int]
        let requiresGrad: Bool
        let parameter: Bool?
        let first: [JSON]
        let sum: JSON?
        let weightedSum: JSON?

        enum CodingKeys: String, CodingKey {
            case shape, dtype, stride, parameter, first, sum
            case requiresGrad = "requires_grad"
            case weightedSum = "weighted_sum"
        }
    }

    let name: String
    let file: String
    let outcome: Outcome
    let content: Content?

    var description: String { name }
    var path: String { Self.folder + file }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/pth/").path(percentEncoded: false)

    static func all() throws -> [FileCase] {
        struct List: Decodable { let cases: [FileCase] }
        let text = try Data(contentsOf: URL(filePath: folder + "expected.json"))
        return try JSONDecoder().decode(List.self, from: text).cases
    }
}

/// A JSON value.
enum JSON: Decodable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? container.decode(Int.self) {
            self = .int(number)
        } else if let number = try? container.decode(Double.self) {
            self = .double(number)
        } else if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if let elements = try? container.decode([JSON].self) {
            self = .array(elements)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    /// The number, where a string stands for what JSON cannot write.
    var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        case .string(let text): Double(text)
        default: nil
        }
    }
}

/// A folder of its own for one test, gone afterwards.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "torch-file-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path(percentEncoded: false))
}
