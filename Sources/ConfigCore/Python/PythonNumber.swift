/// A number as Python writes it.
struct PythonNumber {
    let constant: PythonConstant
    /// The offset behind it.
    let end: Int

    /// Reads the number that a text begins with.
    static func read(_ text: ArraySlice<UInt8>) throws(PythonProblem) -> PythonNumber {
        let start = text.startIndex
        let radix = radix(of: text)
        var end = start
        var hasExponent = false
        while end < text.endIndex {
            let byte = text[end]
            let isSign = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            if isSign {
                guard radix == nil, hasExponent, text[end - 1] | 32 == UInt8(ascii: "e") else {
                    break
                }
            } else if !byte.isNameStart && !byte.isDigit && byte != UInt8(ascii: ".") {
                break
            }
            if byte | 32 == UInt8(ascii: "e") { hasExponent = true }
            end += 1
        }
        let written = String(decoding: text[start..<end], as: UTF8.self)
        if written.hasSuffix("j") || written.hasSuffix("J") {
            throw .unsupported(at: start, "a complex number")
        }
        guard let constant = radix.map({ integer(written, radix: $0) }) ?? decimal(written) else {
            throw .syntax(at: start, "\"\(written.prefix(40))\" is no number")
        }
        return PythonNumber(constant: constant, end: end)
    }

    private static func radix(of text: ArraySlice<UInt8>) -> Int? {
        guard text.first == UInt8(ascii: "0"), let letter = text.dropFirst().first else {
            return nil
        }
        return switch letter | 32 {
        case UInt8(ascii: "x"): 16
        case UInt8(ascii: "o"): 8
        case UInt8(ascii: "b"): 2
        default: nil
        }
    }

    private static func integer(_ written: String, radix: Int) -> PythonConstant? {
        guard let digits = withoutUnderscores("0" + written.dropFirst(2)) else { return nil }
        guard written.count > 2, digits.allSatisfy({ $0.isHexDigit }) else { return nil }
        guard digits.allSatisfy({ ($0.hexDigitValue ?? radix) < radix }) else { return nil }
        if let value = Int(digits, radix: radix) { return .int(value) }
        let value = digits.reduce(0) { $0 * Double(radix) + Double($1.hexDigitValue ?? 0) }
        return .double(value)
    }

    private static func decimal(_ written: String) -> PythonConstant? {
        guard let plain = withoutUnderscores(written) else { return nil }
        if plain.utf8.allSatisfy(\.isDigit) {
            // A zero in front makes no octal number, so only zeros may follow one.
            guard plain.first != "0" || plain.allSatisfy({ $0 == "0" }) else { return nil }
            return Int(plain).map { .int($0) } ?? .hugeInt(plain)
        }
        let isNumber = plain.utf8.allSatisfy {
            $0.isDigit || $0 == UInt8(ascii: ".") || $0 | 32 == UInt8(ascii: "e")
                || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")
        }
        // Swift wants digits on both sides of the point.
        let parts = plain.lowercased().split(separator: "e", omittingEmptySubsequences: false)
        guard isNumber, let mantissa = parts.first, parts.count <= 2, mantissa != "." else {
            return nil
        }
        let padded =
            (mantissa.hasPrefix(".") ? "0" : "") + mantissa
            + (mantissa.hasSuffix(".") ? "0" : "")
        return Double(parts.count == 2 ? "\(padded)e\(parts[1])" : padded).map { .double($0) }
    }

    /// The number without the underscores, which must stand between digits.
    private static func withoutUnderscores(_ written: String) -> String? {
        let parts = written.split(separator: "_", omittingEmptySubsequences: false)
        for (left, right) in zip(parts, parts.dropFirst()) {
            guard left.last?.isHexDigit == true, right.first?.isHexDigit == true else { return nil }
        }
        return parts.joined()
    }
}
