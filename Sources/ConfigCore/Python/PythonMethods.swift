internal import Foundation

extension PythonEvaluator {
    /// Calls a method.
    mutating func call(
        _ name: String, of value: PythonValue, _ call: PythonCall
    ) throws(PythonProblem) -> PythonValue {
        switch value {
        case .text(let text): return try self.call(name, of: text, call)
        case .list(let number): return try self.call(name, ofList: number, call)
        case .dictionary(let number): return try self.call(name, ofDictionary: number, call)
        default: throw PythonProblem(at: call.offset, "\(value.summary) has no methods")
        }
    }

    private mutating func call(
        _ name: String, of text: String, _ call: PythonCall
    ) throws(PythonProblem) -> PythonValue {
        if name == "format" {
            let filled = try PythonText.formatted(text, with: call)
            try budget.spend(bytes: filled.utf8.count, at: call.offset)
            return .text(filled)
        }
        let count =
            ["join", "startswith", "endswith", "find", "count"].contains(name) ? 1...1 : 0...1
        let values = try call.values(name == "replace" ? 2...2 : count, of: name)
        if name == "join" { return try joined(values[0], by: text, at: call.offset) }
        var words: [String] = []
        for value in values {
            guard case .text(let word) = value else {
                throw PythonProblem(
                    at: call.offset, "\(name)() wants a string, got \(value.summary)")
            }
            words.append(word)
        }
        try budget.spend(bytes: text.utf8.count, at: call.offset)
        switch name {
        case "upper": return .text(text.uppercased())
        case "lower": return .text(text.lowercased())
        case "startswith": return .bool(text.hasPrefix(words[0]))
        case "endswith": return .bool(text.hasSuffix(words[0]))
        case "find":
            let found =
                words[0].isEmpty
                ? text.startIndex : text.range(of: words[0], options: .literal)?.lowerBound
            return .int(found.map { text.unicodeScalars[..<$0].count } ?? -1)
        case "count":
            let isEmpty = words[0].isEmpty
            return .int(
                isEmpty
                    ? text.unicodeScalars.count + 1
                    : text.components(separatedBy: words[0]).count - 1)
        case "replace":
            let pieces = text.components(separatedBy: words[0])
            let size = text.utf8.count + pieces.count * words[1].utf8.count
            try budget.spend(bytes: size, at: call.offset)
            return .text(pieces.joined(separator: words[1]))
        case "split": return try split(text, by: words.first, at: call.offset)
        default: return .text(Self.stripped(text, of: words.first, name))
        }
    }

    private mutating func joined(
        _ value: PythonValue, by separator: String, at offset: Int
    ) throws(PythonProblem) -> PythonValue {
        var words: [String] = []
        for slot in try elements(of: value, at: offset) {
            guard case .text(let word) = slot.value else {
                throw PythonProblem(
                    at: offset, "join() wants strings, got \(slot.value.summary)")
            }
            words.append(word)
            try budget.spend(bytes: word.utf8.count + separator.utf8.count, at: offset)
        }
        let joined = words.joined(separator: separator)
        try budget.spend(bytes: joined.utf8.count, at: offset)
        return .text(joined)
    }

    private mutating func split(
        _ text: String, by separator: String?, at offset: Int
    ) throws(PythonProblem) -> PythonValue {
        if separator?.isEmpty == true {
            throw PythonProblem(at: offset, "split() wants a separator that is not empty")
        }
        let words =
            separator.map { text.components(separatedBy: $0) }
            ?? text.split(whereSeparator: \.isWhitespace).map(String.init)
        try budget.spend(values: words.count, at: offset)
        let origin = origin(offset)
        return heap.list(words.map { PythonSlot(value: .text($0), origin: origin) })
    }

    private static func stripped(_ text: String, of characters: String?, _ name: String) -> String {
        func goes(_ scalar: Unicode.Scalar) -> Bool {
            characters?.unicodeScalars.contains(scalar) ?? scalar.properties.isWhitespace
        }
        var scalars = text.unicodeScalars[...]
        if name != "rstrip" { scalars = scalars.drop(while: goes) }
        if name != "lstrip" {
            while let last = scalars.last, goes(last) { scalars.removeLast() }
        }
        return String(scalars)
    }

    private mutating func call(
        _ name: String, ofList number: Int, _ call: PythonCall
    ) throws(PythonProblem) -> PythonValue {
        let offset = call.offset
        if name == "sort" {
            guard call.arguments.isEmpty else {
                throw PythonProblem(at: offset, "sort() takes no values but reverse=")
            }
            let sorted = try sorted(.list(number), name, call)
            heap.change(number) { $0 = sorted }
            return .none
        }
        let counts = [
            "count": 1...1, "append": 1...1, "extend": 1...1, "insert": 2...2, "pop": 0...1,
            "index": 1...1,
        ]
        let values = try call.values(counts[name] ?? 0...0, of: name)
        let count = heap.sequences[number].count
        switch name {
        case "append":
            let slot = call.arguments[0]
            heap.change(number) { $0.append(slot) }
        case "extend":
            let added = try elements(of: values[0], at: offset)
            heap.change(number) { $0 += added }
        case "insert":
            let index = try integer(values[0], name, at: offset)
            let position = index < 0 ? max(0, max(index, -count) + count) : min(index, count)
            let slot = call.arguments[1]
            try budget.spend(values: count, at: offset)
            heap.change(number) { $0.insert(slot, at: position) }
        case "pop":
            let position = try position(values.first ?? .int(-1), in: count, at: offset)
            let slot = heap.sequences[number][position]
            try budget.spend(values: count - position, at: offset)
            heap.change(number) { $0.remove(at: position) }
            return slot.value
        case "index":
            for (position, slot) in try elements(of: .list(number), at: offset).enumerated() {
                if try areEqual(slot.value, values[0], at: offset) { return .int(position) }
            }
            throw PythonProblem(at: offset, "index() finds no such element")
        case "count":
            var count = 0
            for slot in try elements(of: .list(number), at: offset) {
                if try areEqual(slot.value, values[0], at: offset) { count += 1 }
            }
            return .int(count)
        case "clear":
            heap.change(number) { $0 = [] }
        case "reverse":
            try budget.spend(values: count, at: offset)
            heap.change(number) { $0.reverse() }
        default:
            return try copy(of: .list(number), at: offset)
        }
        return .none
    }

    private mutating func call(
        _ name: String, ofDictionary number: Int, _ call: PythonCall
    ) throws(PythonProblem) -> PythonValue {
        let offset = call.offset
        switch name {
        case "keys", "values", "items": return try view(name, ofDictionary: number, call)
        case "copy":
            _ = try call.values(0...0, of: name)
            return try copy(of: .dictionary(number), at: offset)
        case "clear":
            _ = try call.values(0...0, of: name)
            heap.clear(dictionary: number)
            return .none
        case "update":
            var entries: [(key: PythonKey, slot: PythonSlot)] = []
            if call.arguments.count > 1 { _ = try call.values(0...1, of: name) }
            if let value = call.arguments.first?.value {
                entries += try pairs(of: value, at: offset)
            }
            for (key, slot) in entries + call.keywords {
                try set(key, of: number, to: slot, at: offset)
            }
            return .none
        default: break
        }
        let values = try call.values(1...2, of: name)
        let key = try key(values[0], at: offset)
        let slot = heap.dictionaries[number][key]
        switch name {
        case "setdefault":
            if let slot { return slot.value }
            let added =
                call.arguments.count > 1
                ? call.arguments[1] : PythonSlot(value: .none, origin: origin(offset))
            try set(key, of: number, to: added, at: offset)
            return heap.dictionaries[number][key]?.value ?? added.value
        case "pop":
            try budget.spend(values: heap.dictionaries[number].entries.count, at: offset)
            heap.set(key, of: number, to: nil)
            guard let value = slot?.value ?? (values.count > 1 ? values[1] : nil) else {
                throw PythonProblem(at: offset, "there is no key \"\(key.name)\" to pop")
            }
            return value
        default:
            return slot?.value ?? (values.count > 1 ? values[1] : .none)
        }
    }

    private mutating func view(
        _ name: String, ofDictionary number: Int, _ call: PythonCall
    ) throws(PythonProblem) -> PythonValue {
        _ = try call.values(0...0, of: name)
        var slots: [PythonSlot] = []
        for (key, slot) in heap.dictionaries[number].entries {
            try budget.spend(values: 1, at: call.offset)
            let keySlot = PythonSlot(value: PythonValue(key), origin: slot.origin)
            switch name {
            case "keys": slots.append(keySlot)
            case "values": slots.append(slot)
            default:
                let pair = heap.tuple([keySlot, slot])
                slots.append(PythonSlot(value: pair, origin: slot.origin))
            }
        }
        return heap.list(slots)
    }
}
