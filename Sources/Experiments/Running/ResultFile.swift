import ConfigCore
import Foundation
import ImageData
import TensorCore
import TorchFile
import WorkflowRunner

/// Files of test results, as `tools/test --out` writes them: JSON, or a pickle with NumPy arrays.
///
/// Source: `mmcv.dump` and `mmcv.load`.
enum ResultFile {
    /// The endings of names that files of results may have.
    static let endings = [".json", ".pkl", ".pickle"]

    /// Whether a file of that name is a pickle.
    static func isPickle(_ path: String) -> Bool {
        path.hasSuffix(".pkl") || path.hasSuffix(".pickle")
    }

    /// Writes a file, making its folder; it appears whole or not at all.
    static func write(_ fields: TorchDictionary, to path: String) throws {
        do {
            try FileManager.default.createDirectory(
                at: URL(fileURLWithPath: path).deletingLastPathComponent(),
                withIntermediateDirectories: true)
            if isPickle(path) {
                try PlainPickle.write(.dictionary(fields), to: path)
            } else {
                var text = ""
                append(.dictionary(fields), to: &text)
                try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            }
        } catch let error as CheckpointError {
            throw UsageError(error.description)
        } catch {
            throw UsageError("\(path): cannot write: \(SystemError.reason(error))")
        }
    }

    /// What a file holds; arrays of JSON stay lists.
    static func read(_ path: String) throws -> TorchValue {
        guard endings.contains(where: path.hasSuffix) else {
            throw UsageError(
                "\(path): expected a file of results that ends in \(endings.joined(separator: ", "))"
            )
        }
        guard !isPickle(path) else { return try PlainPickle.read(path: path) }
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            return try value(JSONSerialization.jsonObject(with: data))
        } catch let error as DecodingError {
            throw DataError(file: path, reason: "\(error)")
        } catch {
            let isThere = FileManager.default.fileExists(atPath: path)
            throw DataError(
                file: path,
                reason: isThere ? "cannot read: it is no JSON" : "cannot read: no such file")
        }
    }

    /// The scores under `class_scores`, a row a sample.
    ///
    /// Shape: `[N, K]`.
    static func scores(_ path: String) throws -> PlainTensor {
        guard let scores = try read(path)["class_scores"] else {
            throw DataError(
                file: path,
                reason: "has no \"class_scores\"; write it by tools/test --out with --out-items "
                    + "all or class_scores", kind: .unfit)
        }
        if let tensor = scores.tensor, tensor.shape.count == 2 {
            return PlainTensor(try tensor.float32Values(), shape: tensor.shape)
        }
        // Tests of old versions keep a list of one array a sample.
        let rows = try (scores.elements ?? []).map { row in
            try row.tensor.map { try $0.float32Values() }
                ?? (row.elements ?? []).compactMap { $0.double.map { Float($0) } }
        }
        guard let width = rows.first?.count, width > 0, rows.allSatisfy({ $0.count == width })
        else {
            throw DataError(
                file: path, reason: "\"class_scores\" is no table with a row a sample", kind: .unfit
            )
        }
        return PlainTensor(rows.flatMap(\.self), shape: [rows.count, width])
    }

    // MARK: JSON

    private static func append(_ value: TorchValue, to text: inout String) {
        switch value {
        case .none, .object: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .int(let number): text += "\(number)"
        case .bigInteger(let digits): text += digits
        case .double(let number): append(number, to: &text)
        case .string(let word): text += ConfigWriter.json(ConfigNode(.string(word)), indent: nil)
        case .bytes(let bytes): append(bytes, to: &text) { $1 += "\($0)" }
        case .tensor(let tensor): append(tensor, to: &text)
        case .list(let parts), .tuple(let parts), .set(let parts):
            append(parts, to: &text) { append($0, to: &$1) }
        case .dictionary(let fields):
            text += "{"
            for (place, (key, value)) in fields.pairs.enumerated() {
                if place > 0 { text += ", " }
                append(key, to: &text)
                text += ": "
                append(value, to: &text)
            }
            text += "}"
        }
    }

    /// Single-precision numbers are written as the doubles they are, as Python does.
    private static func append(_ tensor: TorchTensor, to text: inout String) {
        let isWhole = ![.float16, .bfloat16, .float32, .float64].contains(tensor.elementType)
        let width = tensor.shape.count > 1 ? tensor.shape[1] : 0
        func row<Element>(
            _ values: [Element], _ write: (Element, inout String) -> Void
        ) {
            guard width > 0 else { return append(values, to: &text, write) }
            let starts = Array(stride(from: 0, to: values.count, by: width))
            append(starts, to: &text) { append(Array(values[$0..<($0 + width)]), to: &$1, write) }
        }
        if isWhole, let values = try? tensor.int64Values() {
            row(values) { $1 += "\($0)" }
        } else if let values = try? tensor.doubleValues() {
            row(values) { append($0, to: &$1) }
        }
    }

    private static func append<Element>(
        _ parts: [Element], to text: inout String, _ write: (Element, inout String) -> Void
    ) {
        text += "["
        for (place, part) in parts.enumerated() {
            if place > 0 { text += ", " }
            write(part, &text)
        }
        text += "]"
    }

    private static func append(_ number: Double, to text: inout String) {
        text +=
            number.isNaN
            ? "NaN" : number.isInfinite ? (number > 0 ? "Infinity" : "-Infinity") : "\(number)"
    }

    private static func value(_ object: Any) -> TorchValue {
        switch object {
        case let list as [Any]: .list(list.map(value))
        case let fields as [String: Any]:
            .dictionary(TorchDictionary(fields.sorted { $0.key < $1.key }.map { ($0, value($1)) }))
        case let text as String: .string(text)
        case let number as NSNumber: .double(number.doubleValue)
        default: .none
        }
    }
}
