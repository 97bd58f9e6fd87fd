internal import Foundation

extension PythonEvaluator {
    /// Calls a function whose result is a single value.
    mutating func scalar(_ name: String, _ call: PythonCall) throws(PythonProblem) -> PythonValue {
        let offset = call.offset
        if name == "round" { return try rounded(call) }
        let value = try call.values(name == "len" || name == "abs" ? 1...1 : 0...1, of: name).first
        switch (name, value) {
        case ("bool", let value): return .bool(value.map(isTrue) ?? false)
        case ("str", nil): return .text("")
        case ("str", let value?): return .text(try PythonText.string(value, at: offset))
        case ("int", nil): return .int(0)
        case ("float", nil): return .double(0)
        case ("int", let value?): return try whole(value, at: offset)
        case ("float", let value?): return try real(value, at: offset)
        case ("abs", let value?):
            let isNegative = value.number.map { $0 < 0 || $0.sign == .minus } ?? true
            return isNegative ? try unary("-", value, at: offset) : value
        case ("len", let value?): return .int(try length(of: value, at: offset))
        default: throw .unsupported(at: offset, "a call of \(name)")
        }
    }

    private func length(of value: PythonValue, at offset: Int) throws(PythonProblem) -> Int {
        switch value {
        case .text(let text): return text.unicodeScalars.count
        case .list(let number), .tuple(let number): return heap.sequences[number].count
        case .dictionary(let number): return heap.dictionaries[number].entries.count
        default: throw PythonProblem(at: offset, "\(value.summary) has no length")
        }
    }

    private func whole(_ value: PythonValue, at offset: Int) throws(PythonProblem) -> PythonValue {
        if let number = value.integer { return .int(number) }
        switch value {
        case .hugeInt: return value
        case .double(let number):
            guard let whole = Int(exactly: number.rounded(.towardZero)) else {
                throw PythonProblem(at: offset, "int() of \(PythonText.float(number))")
            }
            return .int(whole)
        case .text(let text):
            let word = text.trimmingCharacters(in: .whitespacesAndNewlines)
            guard let plain = PythonText.withoutUnderscores(word), let number = Int(plain) else {
                throw PythonProblem(at: offset, "int() of the string \"\(text.prefix(40))\"")
            }
            return .int(number)
        default: throw PythonProblem(at: offset, "int() of \(value.summary)")
        }
    }

    private func real(_ value: PythonValue, at offset: Int) throws(PythonProblem) -> PythonValue {
        if let number = value.number { return .double(number) }
        switch value {
        case .hugeInt(let digits): return .double(Double(digits) ?? .infinity)
        case .text(let text):
            let word = text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
            let unsigned = word.hasPrefix("-") || word.hasPrefix("+") ? word.dropFirst() : word[...]
            let isName = ["inf", "infinity", "nan"].contains(unsigned)
            let isPlain = unsigned.utf8.allSatisfy { $0.isDigit || "_.e+-".utf8.contains($0) }
            guard isName || isPlain, let plain = PythonText.withoutUnderscores(word),
                let number = Double(PythonText.padded(plain))
            else { throw PythonProblem(at: offset, "float() of the string \"\(text.prefix(40))\"") }
            return .double(number)
        default: throw PythonProblem(at: offset, "float() of \(value.summary)")
        }
    }

    /// Halves go to the even neighbour, and digits are counted in the exact decimal value.
    private func rounded(_ call: PythonCall) throws(PythonProblem) -> PythonValue {
        let values = try call.values(1...2, of: "round", names: ["number", "ndigits"])
        let value = values[0]
        let hasDigits =
            if values.count > 1, case .none = values[1] { false } else { values.count > 1 }
        let digits = hasDigits ? try integer(values[1], "round", at: call.offset) : 0
        guard let number = value.number, (0...300).contains(digits) else {
            throw PythonProblem(at: call.offset, "round() of \(value.summary) to \(digits) digits")
        }
        if let whole = value.integer { return .int(whole) }
        if hasDigits {
            guard number.isFinite else { return .double(number) }
            return .double(Double(PythonText.fixed(number, digits)) ?? number)
        }
        guard let whole = Int(exactly: number.rounded(.toNearestOrEven)) else {
            throw PythonProblem(at: call.offset, "round() of \(PythonText.float(number))")
        }
        return .int(whole)
    }
}
