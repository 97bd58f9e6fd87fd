internal import Foundation

/// How Python writes values as text.
enum PythonText {
    /// What `str()` makes of a value.
    static func string(_ value: PythonValue, at offset: Int) throws(PythonProblem) -> String {
        switch value {
        case .none: return "None"
        case .bool(let value): return value ? "True" : "False"
        case .int(let value): return String(value)
        case .hugeInt(let digits): return digits
        case .double(let value): return float(value)
        case .text(let value): return value
        default: throw .unsupported(at: offset, "\(value.summary) as text")
        }
    }

    /// The shortest decimal that reads back the same, as Python's `repr` writes it.
    static func float(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        // Swift goes over to exponents a little later than Python.
        guard abs(value) >= 1e16, !value.description.contains("e") else { return value.description }
        let digits = String(value.magnitude.description.dropLast(2))
        let exponent = digits.count - 1
        var fraction = String(digits.dropFirst())
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let mantissa = digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction)
        return (value < 0 ? "-" : "") + mantissa + "e+\(exponent)"
    }

    /// A number with so many digits behind the point.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        String(format: "%.*f", digits, value)
    }

    /// A text in quotes, as Python's `repr` writes it.
    static func quoted(_ text: String) -> String {
        let quote = text.contains("'") && !text.contains("\"") ? "\"" : "'"
        var result = quote
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if String(scalar) == quote { result += "\\" }
                result.unicodeScalars.append(scalar)
            }
        }
        return result + quote
    }

    /// A number's text without the underscores, which must stand between digits.
    static func withoutUnderscores(_ text: String) -> String? {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        for (left, right) in zip(parts, parts.dropFirst()) {
            guard left.utf8.last?.isDigit == true, right.utf8.first?.isDigit == true else {
                return nil
            }
        }
        return parts.joined()
    }

    /// A number's text with digits on both sides of its point, as Swift wants it.
    static func padded(_ text: String) -> String {
        guard let point = text.firstIndex(of: ".") else { return text }
        let (before, after) = (text[..<point], text[text.index(after: point)...])
        let hasBefore = before.utf8.last?.isDigit == true
        let hasAfter = after.utf8.first?.isDigit == true
        guard hasBefore || hasAfter else { return text }
        return before + (hasBefore ? "." : "0.") + (hasAfter ? "" : "0") + after
    }

    // MARK: Formats

    /// What `format.format(…)` makes.
    static func formatted(_ format: String, with call: PythonCall) throws(PythonProblem) -> String {
        var result = ""
        var rest = format.unicodeScalars[...]
        var next = 0
        while let scalar = rest.popFirst() {
            if scalar == "{" || scalar == "}", rest.first == scalar {
                rest.removeFirst()
                result.unicodeScalars.append(scalar)
            } else if scalar == "{" {
                guard let end = rest.firstIndex(of: "}") else {
                    throw PythonProblem(at: call.offset, "\"{\" is never closed in the format")
                }
                result += try field(String(rest[..<end]), of: call, &next)
                rest = rest[rest.index(after: end)...]
            } else if scalar == "}" {
                throw PythonProblem(at: call.offset, "\"}\" closes nothing in the format")
            } else {
                result.unicodeScalars.append(scalar)
            }
            try checkLength(result, at: call.offset)
        }
        return result
    }

    static func checkLength(_ text: String, at offset: Int) throws(PythonProblem) {
        if text.utf8.count > PythonBudget.textLimit {
            throw PythonProblem(at: offset, "the config makes a text of more than 1 MiB")
        }
    }

    private static func field(
        _ field: String, of call: PythonCall, _ next: inout Int
    ) throws(PythonProblem) -> String {
        let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts[0].split(separator: "!", maxSplits: 1, omittingEmptySubsequences: false)
        let key = String(name.first ?? "")
        var slot: PythonSlot?
        if key.isEmpty || key.utf8.allSatisfy(\.isDigit) {
            let index = Int(key) ?? (key.isEmpty ? next : .max)
            if key.isEmpty { next += 1 }
            slot = call.arguments.indices.contains(index) ? call.arguments[index] : nil
        } else {
            slot = call.keywords.first { $0.key == .text(key) }?.slot
        }
        guard let slot else {
            let isPath = key.contains(".") || key.contains("[")
            throw isPath
                ? .unsupported(at: call.offset, "{\(key)} in a format")
                : PythonProblem(at: call.offset, "format() is given no value for {\(key)}")
        }
        return try text(
            of: slot.value, conversion: name.count > 1 ? String(name[1]) : nil,
            format: parts.count > 1 ? String(parts[1]) : "", at: call.offset)
    }

    /// A value in a formatted text.
    static func text(
        of value: PythonValue, conversion: String?, format: String, at offset: Int
    ) throws(PythonProblem) -> String {
        switch conversion {
        case nil: return try PythonFormat(format, at: offset).text(of: value, at: offset)
        case "s"?, "r"?:
            var text = try string(value, at: offset)
            if conversion == "r", case .text = value { text = quoted(text) }
            return try PythonFormat(format, at: offset).text(of: .text(text), at: offset)
        case let other?: throw .unsupported(at: offset, "!\(other) in a format")
        }
    }

    /// What `format % values` makes.
    static func filled(
        _ format: String, with values: [PythonValue], at offset: Int
    ) throws(PythonProblem) -> String {
        var result = ""
        var rest = format.unicodeScalars[...]
        var values = values[...]
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            let flags = rest.prefix { "-+ 0#.123456789".unicodeScalars.contains($0) }
            rest = rest.dropFirst(flags.count)
            guard let type = rest.popFirst() else {
                throw PythonProblem(at: offset, "the format ends in %")
            }
            if type == "%", flags.isEmpty {
                result += "%"
                continue
            }
            guard let value = values.popFirst() else {
                throw PythonProblem(at: offset, "the format has more % than values")
            }
            let field = try PythonFormat(percent: String(flags), type: type, at: offset)
            result += try field.text(of: field.percentValue(value), at: offset)
            try checkLength(result, at: offset)
        }
        guard values.isEmpty else {
            throw PythonProblem(at: offset, "the format has fewer % than values")
        }
        return result
    }
}

extension PythonEvaluator {
    /// The text of an f-string.
    mutating func text(
        of parts: [PythonExpression.FormattedPart], at offset: Int
    ) throws(PythonProblem) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .value(let expression, let conversion, let format):
                let value = try value(of: expression)
                let format = try text(of: format, at: offset)
                result += try PythonText.text(
                    of: value, conversion: conversion, format: format, at: expression.offset)
            }
            try PythonText.checkLength(result, at: offset)
        }
        try budget.spend(bytes: result.utf8.count, at: offset)
        return result
    }
}
