internal import ConfigCore
internal import TensorCore

// How oracle files write values; whatever does not have the form is a malformed case.
extension ConfigNode {
    /// The value under a key that must be there.
    func field(_ key: String) throws -> ConfigNode {
        guard let node = self[key] else { throw MalformedCase("\(key) is missing") }
        return node
    }

    /// A key that is absent, or `null`, gives nil.
    func given(_ key: String) -> ConfigNode? { self[key].flatMap { $0.isNull ? nil : $0 } }

    /// The entries of a mapping; what is none has no entries.
    var entries: ConfigMapping { mapping ?? ConfigMapping() }

    /// The text.
    func text() throws -> String {
        guard let string else { throw unlike("a string") }
        return string
    }

    /// The whole number.
    func integer() throws -> Int {
        guard let int else { throw unlike("an integer") }
        return int
    }

    /// The truth value.
    func flag() throws -> Bool {
        guard let bool else { throw unlike("true or false") }
        return bool
    }

    /// The number; `"nan"`, `"inf"` and `"-inf"` stand for what JSON lacks.
    func number() throws -> Double {
        if let double { return double }
        switch string {
        case "nan": return .nan
        case "inf": return .infinity
        case "-inf": return -.infinity
        default: throw unlike("a number")
        }
    }

    /// The elements of a list.
    func elements() throws -> [ConfigNode] {
        guard let list else { throw unlike("a list") }
        return list
    }

    /// The numbers of a list.
    func numbers() throws -> [Double] { try elements().map { try $0.number() } }

    /// The numbers of a list and of the lists in it.
    func flatNumbers() throws -> [Double] {
        try elements().flatMap { try $0.list == nil ? [$0.number()] : $0.flatNumbers() }
    }

    /// The whole numbers of a list.
    func integers() throws -> [Int] { try elements().map { try $0.integer() } }

    /// The numbers of a list in single precision.
    func floats() throws -> [Float] { try numbers().map(Float.init) }

    /// An array: `{"shape": […], "dtype": "float32", "data": […]}`.
    func array() throws -> PlainTensor {
        let shape = try field("shape").integers()
        let data = try field("data")
        guard try data.elements().count == shape.elementCount else {
            throw MalformedCase("the data does not fill the shape \(shape)")
        }
        switch try field("dtype").text() {
        case "float32", "float64": return PlainTensor(try data.floats(), shape: shape)
        case "int64": return PlainTensor(try data.integers().map(Int64.init), shape: shape)
        case "uint8":
            let bytes = try data.integers().map { number in
                guard let byte = UInt8(exactly: number) else {
                    throw MalformedCase("\(number) is no byte")
                }
                return byte
            }
            return PlainTensor(bytes, shape: shape)
        case let type: throw MalformedCase("arrays of \(type) are not known")
        }
    }

    /// A number for both directions, or one for each.
    func pair() throws -> (Int, Int) {
        if let int { return (int, int) }
        let both = try integers()
        guard both.count == 2 else { throw unlike("one number or two") }
        return (both[0], both[1])
    }

    /// Refuses keys that nobody would look at.
    func expectKeys(_ known: String..., of operation: String) throws {
        let others = mapping?.keys.filter { !known.contains($0) } ?? []
        if let key = others.first { throw UnknownOperation("\(operation) with \(key)") }
    }

    private func unlike(_ wanted: String) -> MalformedCase {
        MalformedCase("expected \(wanted), got \(value.summary)")
    }
}
