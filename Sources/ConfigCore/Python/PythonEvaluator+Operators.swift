internal import Foundation

extension PythonEvaluator {
    /// Whether a value counts as true.
    func isTrue(_ value: PythonValue) -> Bool {
        switch value {
        case .none: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .double(let value): value != 0
        case .text(let value): !value.isEmpty
        case .list(let number), .tuple(let number): !heap.sequences[number].isEmpty
        case .dictionary(let number): !heap.dictionaries[number].entries.isEmpty
        case .hugeInt, .function, .method, .copyModule: true
        }
    }

    /// `-a`, `+a` and `not a`.
    func unary(
        _ sign: String, _ value: PythonValue, at offset: Int
    ) throws(PythonProblem) -> PythonValue {
        if sign == "not" { return .bool(!isTrue(value)) }
        switch value {
        case .double(let number):
            return .double(sign == "-" ? -number : number)
        case .hugeInt(let digits) where sign == "-":
            let negated = digits.hasPrefix("-") ? String(digits.dropFirst()) : "-" + digits
            return Int(negated).map { .int($0) } ?? .hugeInt(negated)
        case .hugeInt:
            return value
        default:
            guard let number = value.integer else {
                throw PythonProblem(at: offset, "\(sign) does not fit \(value.summary)")
            }
            guard sign == "-" else { return .int(number) }
            let (result, overflows) = 0.subtractingReportingOverflow(number)
            if overflows { throw Self.tooLarge(at: offset) }
            return .int(result)
        }
    }

    /// `a + b` and its like.
    mutating func computed(
        _ sign: String, _ left: PythonValue, _ right: PythonValue, at offset: Int
    ) throws(PythonProblem) -> PythonValue {
        if let left = left.integer, let right = right.integer {
            return try whole(sign, left, right, at: offset)
        }
        if let left = left.number, let right = right.number {
            return .double(try Self.real(sign, left, right, at: offset))
        }
        switch (sign, left, right) {
        case ("+", .text(let left), .text(let right)):
            try budget.spend(bytes: left.utf8.count + right.utf8.count, at: offset)
            return .text(left + right)
        case ("+", .list, .list):
            return heap.list(
                try elements(of: left, at: offset) + elements(of: right, at: offset))
        case ("+", .tuple, .tuple):
            return heap.tuple(
                try elements(of: left, at: offset) + elements(of: right, at: offset))
        case ("*", _, _):
            if let count = right.integer { return try repeated(left, count, at: offset) }
            if let count = left.integer { return try repeated(right, count, at: offset) }
        case ("%", .text(let format), _):
            return .text(try PythonText.filled(format, with: percentValues(right), at: offset))
        case (_, .hugeInt, _), (_, _, .hugeInt):
            throw Self.tooLarge(at: offset)
        default: break
        }
        throw PythonProblem(
            at: offset, "\(sign) does not fit \(left.summary) and \(right.summary)")
    }

    private func percentValues(_ value: PythonValue) -> [PythonValue] {
        if case .tuple(let number) = value { heap.sequences[number].map(\.value) } else { [value] }
    }

    private mutating func repeated(
        _ value: PythonValue, _ count: Int, at offset: Int
    ) throws(PythonProblem) -> PythonValue {
        let count = max(0, count)
        if case .text(let text) = value {
            let (size, overflows) = text.utf8.count.multipliedReportingOverflow(by: count)
            try budget.spend(bytes: overflows ? .max : size, at: offset)
            return .text(text.isEmpty ? "" : String(repeating: text, count: count))
        }
        guard let elements = heap.elements(value) else {
            throw PythonProblem(at: offset, "* does not fit \(value.summary) and a number")
        }
        let (size, overflows) = elements.count.multipliedReportingOverflow(by: count)
        try budget.spend(values: overflows ? .max : size, at: offset)
        let all = elements.isEmpty ? [] : Array(repeatElement(elements, count: count).joined())
        if case .tuple = value { return heap.tuple(all) }
        return heap.list(all)
    }

    private static func tooLarge(at offset: Int) -> PythonProblem {
        PythonProblem(at: offset, "a whole number beyond 64 bits")
    }

    private static func divisionByZero(at offset: Int) -> PythonProblem {
        PythonProblem(at: offset, "a division by zero")
    }

    private func whole(
        _ sign: String, _ left: Int, _ right: Int, at offset: Int
    ) throws(PythonProblem) -> PythonValue {
        let result: (partialValue: Int, overflow: Bool)
        switch sign {
        case "+": result = left.addingReportingOverflow(right)
        case "-": result = left.subtractingReportingOverflow(right)
        case "*": result = left.multipliedReportingOverflow(by: right)
        case "**" where right >= 0: result = Self.power(left, right)
        case "//", "%":
            guard right != 0 else { throw Self.divisionByZero(at: offset) }
            let (quotient, overflow) = left.dividedReportingOverflow(by: right)
            if overflow {
                result = sign == "%" ? (0, false) : (0, true)
                break
            }
            let rest = left % right
            // Python rounds down, not towards zero.
            let isBelow = rest != 0 && (rest < 0) != (right < 0)
            result = (
                sign == "%" ? (isBelow ? rest + right : rest) : quotient - (isBelow ? 1 : 0), false
            )
        default:
            return .double(try Self.real(sign, Double(left), Double(right), at: offset))
        }
        if result.overflow { throw Self.tooLarge(at: offset) }
        return .int(result.partialValue)
    }

    private static func power(_ base: Int, _ exponent: Int) -> (partialValue: Int, overflow: Bool) {
        if base == 0 || base == 1 { return (exponent == 0 ? 1 : base, false) }
        if base == -1 { return (exponent.isMultiple(of: 2) ? 1 : -1, false) }
        guard exponent < 64 else { return (0, true) }
        var result = 1
        for _ in 0..<exponent {
            let (next, overflow) = result.multipliedReportingOverflow(by: base)
            if overflow { return (0, true) }
            result = next
        }
        return (result, false)
    }

    private static func real(
        _ sign: String, _ left: Double, _ right: Double, at offset: Int
    ) throws(PythonProblem) -> Double {
        switch sign {
        case "+": return left + right
        case "-": return left - right
        case "*": return left * right
        case "**":
            if left < 0, right != right.rounded() {
                throw .unsupported(at: offset, "a complex number")
            }
            if left == 0, right < 0 { throw divisionByZero(at: offset) }
            let power = pow(left, right)
            if power.isInfinite, left.isFinite, right.isFinite {
                throw PythonProblem(at: offset, "the power is beyond what a float holds")
            }
            return power
        default:
            guard right != 0 else { throw divisionByZero(at: offset) }
            if sign == "/" { return left / right }
            var rest = fmod(left, right)
            var quotient = (left - rest) / right
            if rest != 0, (rest < 0) != (right < 0) {
                rest += right
                quotient -= 1
            }
            if sign == "%" { return rest == 0 ? (right < 0 ? -0.0 : 0) : rest }
            let floored = quotient.rounded(.down)
            return quotient - floored > 0.5 ? floored + 1 : floored
        }
    }

    // MARK: Comparison

    /// `a < b <= c`; what stands behind the first link that fails is not computed.
    mutating func comparison(
        _ first: PythonExpression, _ links: [(sign: String, right: PythonExpression)]
    ) throws(PythonProblem) -> PythonValue {
        var left = try value(of: first)
        for (sign, expression) in links {
            let right = try value(of: expression)
            guard try holds(sign, left, right, at: expression.offset) else { return .bool(false) }
            left = right
        }
        return .bool(true)
    }

    private mutating func holds(
        _ sign: String, _ left: PythonValue, _ right: PythonValue, at offset: Int
    ) throws(PythonProblem) -> Bool {
        switch sign {
        case "==": return try areEqual(left, right, at: offset)
        case "!=": return try !areEqual(left, right, at: offset)
        case "in": return try contains(right, left, at: offset)
        case "not in": return try !contains(right, left, at: offset)
        case "is": return try areSame(left, right, at: offset)
        case "is not": return try !areSame(left, right, at: offset)
        default: break
        }
        let order = try Self.isLess(left, right, at: offset)
        switch sign {
        case "<": return order
        case ">": return try Self.isLess(right, left, at: offset)
        // Not the opposite of > for NaN.
        case "<=": return order ? true : try areEqual(left, right, at: offset)
        default:
            let isGreater = try Self.isLess(right, left, at: offset)
            return isGreater ? true : try areEqual(left, right, at: offset)
        }
    }

    /// Whether a value comes before another.
    static func isLess(
        _ left: PythonValue, _ right: PythonValue, at offset: Int
    ) throws(PythonProblem) -> Bool {
        if let left = left.integer, let right = right.integer { return left < right }
        if let left = left.number, let right = right.number { return left < right }
        if case .text(let left) = left, case .text(let right) = right {
            return left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
        }
        throw PythonProblem(
            at: offset, "\(left.summary) and \(right.summary) have no order")
    }

    /// Whether two values are equal, element by element.
    mutating func areEqual(
        _ left: PythonValue, _ right: PythonValue, at offset: Int, depth: Int = 0
    ) throws(PythonProblem) -> Bool {
        try budget.spend(values: 1, at: offset)
        try PythonBudget.check(depth: depth, at: offset)
        if let left = left.integer, let right = right.integer { return left == right }
        if let left = left.number, let right = right.number { return left == right }
        switch (left, right) {
        case (.none, .none): return true
        case (.text(let left), .text(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.hugeInt(let left), .hugeInt(let right)): return left == right
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
            let (left, right) = (heap.sequences[left], heap.sequences[right])
            guard left.count == right.count else { return false }
            for (left, right) in zip(left, right) {
                guard try areEqual(left.value, right.value, at: offset, depth: depth + 1) else {
                    return false
                }
            }
            return true
        case (.dictionary(let left), .dictionary(let right)):
            let (left, right) = (heap.dictionaries[left], heap.dictionaries[right])
            guard left.entries.count == right.entries.count else { return false }
            for (key, slot) in left.entries {
                guard let other = right[key],
                    try areEqual(slot.value, other.value, at: offset, depth: depth + 1)
                else { return false }
            }
            return true
        default: return false
        }
    }

    private mutating func areSame(
        _ left: PythonValue, _ right: PythonValue, at offset: Int
    ) throws(PythonProblem) -> Bool {
        if left.isSameObject(right) { return true }
        switch (left, right) {
        case (.list, .list), (.tuple, .tuple), (.dictionary, .dictionary): return false
        case (.bool(let left), .bool(let right)): return left == right
        case (.bool, _), (_, .bool): return false
        default: return try areEqual(left, right, at: offset)
        }
    }

    private mutating func contains(
        _ container: PythonValue, _ value: PythonValue, at offset: Int
    ) throws(PythonProblem) -> Bool {
        if case .dictionary(let number) = container {
            return heap.dictionaries[number][try key(value, at: offset)] != nil
        }
        if case .text(let text) = container {
            guard case .text(let part) = value else {
                throw PythonProblem(at: offset, "in a string stand strings, got \(value.summary)")
            }
            return part.isEmpty || text.contains(part)
        }
        for slot in try elements(of: container, at: offset) {
            if try areEqual(slot.value, value, at: offset) { return true }
        }
        return false
    }
}
