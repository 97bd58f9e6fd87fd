import ConfigCore

extension ConfigReader {
    /// Reads a required size: one integer for a square, or a list or tuple of height and width.
    mutating func size(_ key: String) throws -> (height: Int, width: Int) {
        let node: ConfigNode = try required(key)
        if let side = node.int { return (side, side) }
        guard let sides = node.list, sides.count == 2, let height = sides[0].int,
            let width = sides[1].int
        else { throw failure(key, "", expected: "an integer or a pair of height and width") }
        return (height, width)
    }

    /// Reads a required size whose pair is height and width in the legacy style, the other way round in
    /// the new one.
    mutating func pairSize(_ key: String, _ style: PipelineStyle) throws -> (
        height: Int, width: Int
    ) {
        let pair = try size(key)
        return style == .legacy ? pair : (pair.width, pair.height)
    }

    /// Reads a range of two numbers, the smaller one first.
    mutating func range(_ key: String, default: ClosedRange<Double>) throws -> ClosedRange<Double> {
        guard let numbers: [Double] = try optional(key) else { return `default` }
        guard numbers.count == 2, numbers[0] <= numbers[1] else {
            throw failure(key, "", expected: "two numbers, the smaller one first")
        }
        return numbers[0]...numbers[1]
    }

    /// Reads an optional padding: all sides, (left and right, top and bottom), or all four from left round.
    mutating func padding(_ key: String) throws -> Padding? {
        guard let node: ConfigNode = try optional(key) else { return nil }
        let sides = node.int.map { [$0] } ?? node.list?.compactMap(\.int) ?? []
        guard sides.allSatisfy({ $0 >= 0 }), node.list.map({ $0.count == sides.count }) ?? true
        else {
            throw failure(key, "must be integers of 0 or more")
        }
        switch sides.count {
        case 1 where node.list == nil:
            return Padding(left: sides[0], top: sides[0], right: sides[0], bottom: sides[0])
        case 2:
            return Padding(left: sides[0], top: sides[1], right: sides[0], bottom: sides[1])
        case 4:
            return Padding(left: sides[0], top: sides[1], right: sides[2], bottom: sides[3])
        default:
            throw failure(key, "", expected: "an integer or a list of 2 or 4")
        }
    }

    /// Reads an optional number or list of numbers.
    mutating func numberOrList(_ key: String) throws -> [Double]? {
        guard let node: ConfigNode = try optional(key) else { return nil }
        if let number = node.double { return [number] }
        guard let numbers = node.list?.compactMap(\.double), numbers.count == node.list?.count,
            !numbers.isEmpty
        else { throw failure(key, "", expected: "a number or a list of numbers") }
        return numbers
    }

    /// Reads one of the names of an enumeration.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, default: Choice
    ) throws -> Choice {
        let name = try value(key, default: `default`.rawValue)
        guard let choice = Choice(rawValue: name) else {
            let names = Choice.allCases.map { "\"\($0.rawValue)\"" }
            let list = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
            throw failure(key, "", expected: list)
        }
        return choice
    }

    /// Accepts `file_client_args` and `backend_args` that mean plain files, the only backend there is.
    mutating func checkFileClient() throws {
        for (key, name, local) in [
            ("file_client_args", "disk", ["disk"]), ("backend_args", "local", ["local", "disk"]),
        ] {
            _ = try nested(key) { arguments in
                guard local.contains(try arguments.value("backend", default: name)) else {
                    throw arguments.failure("backend", "", expected: "\"\(name)\"")
                }
            }
        }
    }
}
