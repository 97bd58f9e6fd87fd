/// Reads the variables of MATLAB files of level 5, packed or not.
///
/// Source: "MAT-File Format" of The MathWorks. Sparse arrays, objects and the files of version 7.3, which
/// are HDF5, are refused.
struct MatFile {
    /// The variables by their names.
    let variables: [String: MatValue]

    /// Reads a file.
    ///
    /// Errors: throws `DataError` for a file that is damaged or of another kind.
    init(_ path: String) throws(DataError) {
        let bytes = try FileBytes.read(path)
        do {
            variables = try Self.read(bytes)
        } catch let failure as MatFailure {
            throw DataError(
                file: path, reason: "cannot read MATLAB file: \(failure.description)",
                kind: .unfit)
        } catch {
            throw DataError(file: path, reason: "cannot read MATLAB file: \(error)", kind: .unfit)
        }
    }

    private static func read(_ bytes: [UInt8]) throws -> [String: MatValue] {
        let isHDF5 =
            bytes.starts(with: [0x89, 0x48, 0x44, 0x46])
            || bytes.starts(with: Array("MATLAB 7.3".utf8))
        if isHDF5 {
            throw MatFailure("it is of version 7.3; save it with '-v7' in MATLAB")
        }
        guard bytes.count >= 128, bytes.starts(with: Array("MATLAB".utf8)) else {
            throw MatFailure("it does not begin as one of level 5 does")
        }
        guard bytes[126] == UInt8(ascii: "I"), bytes[127] == UInt8(ascii: "M") else {
            throw MatFailure("its numbers begin with the high byte, which is not supported")
        }
        var variables: [String: MatValue] = [:]
        var reader = MatReader(bytes[128...])
        while !reader.isAtEnd {
            let element = try reader.element()
            var inner = element
            if element.kind == .compressed {
                var unpacked = MatReader(try GZip.unpacked(Array(element.data))[...])
                inner = try unpacked.element()
            }
            guard inner.kind == .matrix else { continue }
            let (name, value) = try MatArray(inner.data, depth: 0).named
            variables[name] = value
        }
        return variables
    }
}

/// Why a MATLAB file cannot be read.
struct MatFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Goes through the elements of a MATLAB file.
struct MatReader {
    /// What an element holds; the raw values are the format's.
    enum Kind: UInt32 {
        case int8 = 1
        case uint8, int16, uint16, int32, uint32, single
        case double = 9
        case int64 = 12
        case uint64, matrix, compressed, utf8, utf16, utf32
    }

    private let bytes: ArraySlice<UInt8>
    private var place: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    var isAtEnd: Bool { place >= bytes.endIndex }

    /// The next element; small ones keep their data where others have their length.
    mutating func element() throws -> (kind: Kind, data: ArraySlice<UInt8>) {
        let first = try word(at: place)
        let isSmall = first >> 16 != 0
        let code = isSmall ? first & 0xffff : first
        let count = Int(isSmall ? first >> 16 : try word(at: place + 4))
        guard let kind = Kind(rawValue: code) else {
            throw MatFailure("an element is of the unknown kind \(code)")
        }
        let start = place + (isSmall ? 4 : 8)
        guard start + count <= bytes.endIndex, !isSmall || count <= 4 else {
            throw MatFailure("it ends too early")
        }
        let isPadded = kind != .compressed
        place = isSmall ? place + 8 : start + (isPadded ? (count + 7) / 8 * 8 : count)
        return (kind, bytes[start..<(start + count)])
    }

    private func word(at place: Int) throws -> UInt32 {
        guard place + 4 <= bytes.endIndex else { throw MatFailure("it ends too early") }
        return UInt32(MatNumbers.bits(bytes[place..<(place + 4)]))
    }
}

/// Numbers as bytes, the low one first.
enum MatNumbers {
    /// The bits of one number.
    static func bits(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The numbers of an element.
    static func values(_ kind: MatReader.Kind, _ data: ArraySlice<UInt8>) throws -> [Double] {
        let (size, convert): (Int, (UInt64) -> Double) =
            switch kind {
            case .int8: (1, { Double(Int8(truncatingIfNeeded: $0)) })
            case .uint8, .utf8: (1, { Double($0) })
            case .int16: (2, { Double(Int16(truncatingIfNeeded: $0)) })
            case .uint16, .utf16: (2, { Double($0) })
            case .int32: (4, { Double(Int32(truncatingIfNeeded: $0)) })
            case .uint32, .utf32: (4, { Double($0) })
            case .single: (4, { Double(Float(bitPattern: UInt32($0))) })
            case .double: (8, { Double(bitPattern: $0) })
            case .int64: (8, { Double(Int64(bitPattern: $0)) })
            case .uint64: (8, { Double($0) })
            case .matrix, .compressed: throw MatFailure("numbers are missing")
            }
        return stride(from: data.startIndex, to: data.endIndex - size + 1, by: size).map {
            convert(bits(data[$0..<($0 + size)]))
        }
    }
}
