internal import Foundation

/// How a value is written in a formatted text: `>10`, `.3f`, `03d`.
struct PythonFormat {
    private var fill: Unicode.Scalar = " "
    private var alignment: Unicode.Scalar?
    private var sign: Unicode.Scalar = "-"
    private var width = 0
    private var groups = false
    private var precision: Int?
    private var type: Unicode.Scalar?

    /// Reads what stands behind the colon of `{value:…}`.
    init(_ format: String, at offset: Int) throws(PythonProblem) {
        var rest = Array(format.unicodeScalars)[...]
        if rest.count > 1, Self.alignments.contains(rest[rest.startIndex + 1]) {
            (fill, alignment) = (rest.removeFirst(), rest.removeFirst())
        } else if let first = rest.first, Self.alignments.contains(first) {
            alignment = rest.removeFirst()
        }
        if let first = rest.first, ["+", "-", " "].contains(first) { sign = rest.removeFirst() }
        if rest.first == "0", alignment == nil { (fill, alignment) = ("0", "=") }
        width = try Self.number(&rest, at: offset) ?? 0
        if rest.first == "," {
            groups = true
            rest.removeFirst()
        }
        if rest.first == "." {
            rest.removeFirst()
            guard let digits = try Self.number(&rest, at: offset) else {
                throw PythonProblem(at: offset, "the precision is missing in \"\(format)\"")
            }
            precision = digits
        }
        type = rest.popFirst()
        guard rest.isEmpty, type.map({ "sdfFeEgG%xXob".unicodeScalars.contains($0) }) ?? true else {
            throw .unsupported(at: offset, "the format \"\(format.prefix(40))\"")
        }
    }

    /// Reads what stands between `%` and the letter behind it.
    init(percent flags: String, type: Unicode.Scalar, at offset: Int) throws(PythonProblem) {
        var rest = Array(flags.unicodeScalars)[...]
        while let first = rest.first, "-+ 0#".unicodeScalars.contains(first) {
            switch first {
            case "-": alignment = "<"
            case "0" where alignment == nil: (fill, alignment) = ("0", "=")
            case "+", " ": sign = first
            default: break
            }
            rest.removeFirst()
        }
        if alignment == nil { alignment = ">" }
        if alignment == "<" { fill = " " }
        width = try Self.number(&rest, at: offset) ?? 0
        if rest.first == "." {
            rest.removeFirst()
            precision = try Self.number(&rest, at: offset) ?? 0
        }
        self.type = type == "i" ? "d" : type
        guard rest.isEmpty, "sdifFeEgGxXo".unicodeScalars.contains(type) else {
            throw .unsupported(at: offset, "%\(flags)\(type) in a format")
        }
    }

    /// The value as `%` takes it: whatever it is by `%s`, without its fraction by `%d`.
    func percentValue(_ value: PythonValue) throws(PythonProblem) -> PythonValue {
        switch (type, value) {
        case ("s"?, .text): return value
        case ("s"?, _): return .text(try PythonText.string(value, at: 0))
        case ("d"?, .double(let number)):
            return Int(exactly: number.rounded(.towardZero)).map { .int($0) } ?? value
        default: return value
        }
    }

    private static let alignments: Set<Unicode.Scalar> = ["<", ">", "^", "="]

    private static func number(
        _ rest: inout ArraySlice<Unicode.Scalar>, at offset: Int
    ) throws(PythonProblem) -> Int? {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        guard digits.count < 6, let number = Int(String(String.UnicodeScalarView(digits))),
            number <= 10_000
        else { throw PythonProblem(at: offset, "the format is wider than 10000 characters") }
        return number
    }

    /// Writes a value.
    func text(of value: PythonValue, at offset: Int) throws(PythonProblem) -> String {
        if case .text(let text) = value {
            guard type == nil || type == "s", alignment != "=" || fill == "0" else {
                throw unfit(value, at: offset)
            }
            let cut = precision.map { String(text.unicodeScalars.prefix($0)) } ?? text
            return padded("", cut, alignment: alignment == "=" ? "<" : alignment ?? "<")
        }
        if type == nil, precision == nil, width == 0, !groups, sign == "-" {
            return try PythonText.string(value, at: offset)
        }
        guard let number = value.number else { throw unfit(value, at: offset) }
        var digits: String
        if let whole = value.integer, type.map({ "dxXob".unicodeScalars.contains($0) }) ?? true {
            guard precision == nil else { throw unfit(value, at: offset) }
            digits = integer(whole.magnitude)
        } else {
            guard type.map({ "fFeEgG%".unicodeScalars.contains($0) }) ?? true else {
                throw unfit(value, at: offset)
            }
            digits = real(number.magnitude)
        }
        if groups { digits = grouped(digits) }
        let isNegative = number < 0 || number.sign == .minus && !number.isNaN
        let mark = isNegative ? "-" : sign == "-" ? "" : String(sign)
        return padded(mark, digits, alignment: alignment ?? ">")
    }

    private func unfit(_ value: PythonValue, at offset: Int) -> PythonProblem {
        PythonProblem(at: offset, "the format does not fit \(value.summary)")
    }

    private func integer(_ magnitude: UInt) -> String {
        switch type {
        case "x": String(magnitude, radix: 16)
        case "X": String(magnitude, radix: 16, uppercase: true)
        case "o": String(magnitude, radix: 8)
        case "b": String(magnitude, radix: 2)
        default: String(magnitude)
        }
    }

    private func real(_ magnitude: Double) -> String {
        guard magnitude.isFinite else { return magnitude.isNaN ? "nan" : "inf" }
        let digits = min(precision ?? 6, 1000)
        switch type {
        case "f", "F": return PythonText.fixed(magnitude, digits)
        case "%": return PythonText.fixed(magnitude * 100, digits) + "%"
        case "e": return String(format: "%.*e", digits, magnitude)
        case "E": return String(format: "%.*E", digits, magnitude)
        case "g": return String(format: "%.*g", digits, magnitude)
        case "G": return String(format: "%.*G", digits, magnitude)
        default: return precision == nil ? PythonText.float(magnitude) : general(magnitude, digits)
        }
    }

    /// So many digits in all, and always one behind the point, unless that takes an exponent.
    private func general(_ magnitude: Double, _ digits: Int) -> String {
        let digits = max(1, digits)
        let text = String(format: "%.*g", digits, magnitude)
        if text.contains("e") || text.contains(".") { return text }
        if text.count < digits { return text + ".0" }
        let parts = String(format: "%.*e", digits - 1, magnitude).split(separator: "e")
        var mantissa = String(parts[0])
        while mantissa.contains("."), mantissa.hasSuffix("0") { mantissa.removeLast() }
        if mantissa.hasSuffix(".") { mantissa.removeLast() }
        return mantissa + "e" + (parts.dropFirst().first ?? "")
    }

    private func grouped(_ digits: String) -> String {
        let whole = digits.prefix { ("0"..."9").contains($0) }
        var result = ""
        for (position, digit) in whole.enumerated() {
            if position > 0, (whole.count - position).isMultiple(of: 3) { result += "," }
            result.append(digit)
        }
        return result + digits.dropFirst(whole.count)
    }

    private func padded(_ mark: String, _ text: String, alignment: Unicode.Scalar) -> String {
        let missing = max(0, width - mark.count - text.unicodeScalars.count)
        let before = alignment == "<" ? 0 : alignment == "^" ? missing / 2 : missing
        func fills(_ count: Int) -> String { String(repeating: String(fill), count: count) }
        if alignment == "=" { return mark + fills(missing) + text }
        return fills(before) + mark + text + fills(missing - before)
    }
}
