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

    /// Accepts `file_client_args` that mean plain files, the only backend there is.
    mutating func checkFileClient() throws {
        _ = try nested("file_client_args") { arguments in
            let backend = try arguments.value("backend", default: "disk")
            guard backend == "disk" else {
                throw arguments.failure("backend", "", expected: "\"disk\"")
            }
        }
    }

    /// Accepts `backend: "cv2"`, whose pixels are reproduced.
    mutating func checkImageBackend() throws {
        guard try value("backend", default: "cv2") == "cv2" else {
            throw failure(
                "backend", "", expected: "\"cv2\"", remedy: "other backends give other pixels")
        }
    }
}
