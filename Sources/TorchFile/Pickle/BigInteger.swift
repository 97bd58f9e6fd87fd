/// Integers as pickles write them: any number of bytes, two's complement, the lowest first.
enum BigInteger {
    /// The number as an `Int` if it fits, else in decimal.
    static func item(_ bytes: ArraySlice<UInt8>) -> PickleItem {
        let negative = bytes.last.map { $0 >= 0x80 } ?? false
        let fill: UInt8 = negative ? 0xFF : 0
        if bytes.count <= 8 {
            let padded = bytes + [UInt8](repeating: fill, count: 8 - bytes.count)
            return .int(littleEndian(Array(padded), at: 0, as: Int.self))
        }
        var magnitude = negative ? negated(Array(bytes)) : Array(bytes)
        var digits: [UInt8] = []
        while let last = magnitude.last {
            guard last != 0 else {
                magnitude.removeLast()
                continue
            }
            var remainder = 0
            for index in magnitude.indices.reversed() {
                let value = remainder << 8 | Int(magnitude[index])
                magnitude[index] = UInt8(value / 10)
                remainder = value % 10
            }
            digits.append(UInt8(ascii: "0") + UInt8(remainder))
        }
        let text = String(decoding: digits.reversed(), as: UTF8.self)
        let number = (negative ? "-" : "") + (text.isEmpty ? "0" : text)
        return Int(number).map(PickleItem.int) ?? .bigInteger(number)
    }

    /// The bytes of a decimal number; nil if the text is none.
    static func bytes(_ decimal: String) -> [UInt8]? {
        let negative = decimal.hasPrefix("-")
        let digits = decimal.dropFirst(negative ? 1 : 0)
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            return nil
        }
        var magnitude: [UInt8] = []
        for digit in digits.utf8 {
            var carry = Int(digit - UInt8(ascii: "0"))
            for index in magnitude.indices {
                let value = Int(magnitude[index]) * 10 + carry
                magnitude[index] = UInt8(value & 0xFF)
                carry = value >> 8
            }
            if carry > 0 {
                magnitude.append(UInt8(carry))
            }
        }
        // The highest bit is the sign's.
        magnitude.append(0)
        return negative ? negated(magnitude) : magnitude
    }

    private static func negated(_ bytes: [UInt8]) -> [UInt8] {
        var carry = 1
        return bytes.map { byte in
            let value = Int(~byte) + carry
            carry = value >> 8
            return UInt8(value & 0xFF)
        }
    }
}
