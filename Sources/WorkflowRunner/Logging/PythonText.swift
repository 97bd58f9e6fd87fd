import Foundation

/// Numbers and durations as Python writes them, so that parsers of the original's logs read ours.
enum PythonText {
    /// A float as `repr` writes it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        return "\(value)"
    }

    /// A float as `json.dumps` writes it after `round(value, 5)`.
    static func jsonNumber(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return "\(Double(String(format: "%.5f", value)) ?? value)"
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
