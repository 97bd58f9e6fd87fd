import ConfigCore

/// Among how many of the best scores the right class may be, as configs write it.
public enum TopK: Sendable, Equatable {
    /// One number, whose accuracy is called just `accuracy`.
    case single(Int)
    /// Several numbers, each of which the accuracy's name repeats.
    case several([Int])

    /// The numbers.
    public var values: [Int] {
        switch self {
        case .single(let value): [value]
        case .several(let values): values
        }
    }

    /// Reads `topk`, one number or a list of them, if it is there.
    init?(from reader: inout ConfigReader) throws {
        guard let node = reader.node("topk"), !node.isNull else { return nil }
        let path = reader.path(to: "topk")
        self =
            node.list == nil
            ? .single(try Int(config: node, at: path))
            : .several(try [Int](config: node, at: path))
        guard !values.isEmpty, values.allSatisfy({ $0 > 0 }) else {
            throw reader.failure("topk", "", expected: "positive integers")
        }
    }

    /// Warns where a number is larger than the count of classes, at which it counts as all of them.
    func warn(
        ifAbove classCount: Int, at node: ConfigNode, path: String, _ context: BuildContext
    ) {
        guard let tooLarge = values.first(where: { $0 > classCount }) else { return }
        context.warn(
            ConfigIssue(
                at: node["topk"] ?? node, path: "\(path).topk",
                problem:
                    "there are \(classCount) classes, top-\(tooLarge) counts as top-\(classCount)",
                remedy: "use at most \(classCount)"))
    }
}
