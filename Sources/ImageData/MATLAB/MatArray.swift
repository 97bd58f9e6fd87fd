/// One array of a MATLAB file: numbers, a text, cells or structures.
struct MatArray {
    /// The variable's name, empty inside of others, and its value.
    let named: (name: String, value: MatValue)

    /// Deeper nesting is no data set's.
    private static let deepest = 32

    /// Reads the parts of a `matrix` element.
    init(_ data: ArraySlice<UInt8>, depth: Int) throws {
        guard depth < Self.deepest else {
            throw MatFailure("arrays stand \(Self.deepest) deep in each other")
        }
        // An empty cell has no parts at all.
        if data.isEmpty {
            named = ("", .numbers([]))
            return
        }
        var reader = MatReader(data)
        let flags = try Self.integers(&reader)
        let sides = try Self.integers(&reader)
        let name = Self.text(try reader.element().data)
        guard let first = flags.first else { throw MatFailure("an array has no kind") }
        var count = 1
        for side in sides {
            let (product, overflow) = count.multipliedReportingOverflow(by: side)
            // Every element takes some bytes.
            guard side >= 0, !overflow, product <= data.count else {
                throw MatFailure("an array has the sides \(sides)")
            }
            count = product
        }
        named = (name, try Self.value(first & 0xff, count, &reader, depth))
    }

    private static func value(
        _ kind: Int, _ count: Int, _ reader: inout MatReader, _ depth: Int
    ) throws -> MatValue {
        switch kind {
        case 1:
            return .cells(try (0..<count).map { _ in try inner(&reader, depth) })
        case 2:
            let fields = try fields(&reader)
            return .records(
                try (0..<count).map { _ in
                    var record: [String: MatValue] = [:]
                    for field in fields { record[field] = try inner(&reader, depth) }
                    return record
                })
        case 4:
            let (kind, data) = try reader.element()
            if kind == .utf8 { return .text(text(data)) }
            let units = try MatNumbers.values(kind, data).map { UInt16(exactly: $0) ?? 0xfffd }
            return .text(String(decoding: units, as: UTF16.self))
        case 6...15:
            let (kind, data) = try reader.element()
            return .numbers(try MatNumbers.values(kind, data))
        case 5: throw MatFailure("sparse arrays are not supported")
        default: throw MatFailure("objects are not supported")
        }
    }

    private static func inner(_ reader: inout MatReader, _ depth: Int) throws -> MatValue {
        let (kind, data) = try reader.element()
        guard kind == .matrix else { throw MatFailure("an array is missing") }
        return try MatArray(data, depth: depth + 1).named.value
    }

    /// The names of a structure's fields: all of one length, filled up with zeros.
    private static func fields(_ reader: inout MatReader) throws -> [String] {
        guard let length = try integers(&reader).first, (1...1024).contains(length) else {
            throw MatFailure("a structure's names have no length")
        }
        let names = try reader.element().data
        return stride(from: names.startIndex, to: names.endIndex, by: length).map {
            text(names[$0..<min($0 + length, names.endIndex)])
        }
    }

    private static func integers(_ reader: inout MatReader) throws -> [Int] {
        let (kind, data) = try reader.element()
        return try MatNumbers.values(kind, data).map { Int(exactly: $0) ?? -1 }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
