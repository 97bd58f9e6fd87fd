import Foundation

/// Numbers and durations as Python writes them, so that parsers of the original's logs read ours.
package enum PythonText {
    /// A float as `repr` writes it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        return "\(value)"
    }

    /// A float as `json.dumps` writes it after `round(value, 5)`.
    package static func jsonNumber(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        if let scaled = scaled(value, 5) { return "\(scaled / 1e5)" }
        return "\(Double(String(format: "%.5f", value)) ?? value)"
    }

    /// A float as `%.4f` writes it with four digits; `String(format:)` takes ten times as long.
    package static func fixed(_ value: Double, digits: Int) -> String {
        guard let scaled = scaled(value, digits) else {
            return String(format: "%.\(digits)f", value)
        }
        let text = "\(Int(scaled.magnitude))"
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        let sign = value.sign == .minus ? "-" : ""
        return sign + padded.dropLast(digits) + "." + padded.suffix(digits)
    }

    /// A float as `%.4e` writes it.
    static func exponent(_ value: Double, digits: Int = 4) -> String {
        String(format: "%.\(digits)e", value)
    }

    /// The integer nearest to `value * 10^digits`, ties to even as `printf` has them; nil where the
    /// product is too large for exact integers.
    private static func scaled(_ value: Double, _ digits: Int) -> Double? {
        var power = 1.0
        for _ in 0..<digits { power *= 10 }
        let product = value * power
        guard product.magnitude < 1e15 else { return nil }
        let nearest = product.rounded(.toNearestOrEven)
        // The product is rounded itself: what it lost decides where it looks like a tie.
        let lost = (-product).addingProduct(value, power)
        guard (product - nearest).magnitude == 0.5, lost != 0 else { return nearest }
        return lost > 0 ? product.rounded(.up) : product.rounded(.down)
    }

    /// An integer with zeros in front of it up to that width.
    static func padded(_ value: Int, to width: Int) -> String {
        let text = "\(value)"
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// A text as `json.dumps` writes it: ASCII only.
    static func jsonString(_ text: String) -> String {
        var result = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22: result += "\\\""
            case 0x5c: result += "\\\\"
            case 0x0a: result += "\\n"
            case 0x0d: result += "\\r"
            case 0x09: result += "\\t"
            case 0x08: result += "\\b"
            case 0x0c: result += "\\f"
            case 0x20...0x7e:
                result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default: result += String(format: "\\u%04x", Int(unit))
            }
        }
        return result + "\""
    }

    /// A duration as `str(timedelta(seconds=...))` writes it: `1 day, 2:03:04`.
    static func duration(seconds: Int) -> String {
        let (days, rest) = (seconds / 86_400, seconds % 86_400)
        let clock = String(format: "%d:%02d:%02d", rest / 3600, rest / 60 % 60, rest % 60)
        switch days {
        case 0: return clock
        case 1: return "1 day, \(clock)"
        default: return "\(days) days, \(clock)"
        }
    }
}
