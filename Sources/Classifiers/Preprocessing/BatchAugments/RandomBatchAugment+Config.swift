public import ConfigCore

extension RandomBatchAugment {
    /// Reads `augments`, one or a list, and `probs`, without which all are equally likely.
    ///
    /// Source: `batch_augments` of MMPretrain's `ClsDataPreprocessor`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        guard let node = reader.node("augments"), !node.isNull else {
            throw reader.failure("augments", "required key is missing")
        }
        let path = reader.path(to: "augments")
        let augments = try Self.list(node, at: path).map {
            try Self.build($0.node, at: $0.path, context)
        }
        guard let shares: ConfigNode = try reader.optional("probs") else {
            let share = 1 / Double(max(1, augments.count))
            self.init(augments.map { ($0, share) })
            return
        }
        let numbers = try shares.double.map { [$0] } ?? reader.required("probs", as: [Double].self)
        guard numbers.count == augments.count else {
            throw reader.failure(
                "probs", "has \(numbers.count) values for \(augments.count) augments")
        }
        guard numbers.allSatisfy({ 0...1 ~= $0 }), numbers.reduce(0, +) <= 1 + Self.tolerance else {
            throw reader.failure(
                "probs", "", expected: "shares from 0 to 1 that add up to at most 1")
        }
        self.init(zip(augments, numbers).map { ($0, $1) })
    }

    /// Reads one augmentation or a list of them in the legacy style, each with `prob` and `num_classes`;
    /// also gives how many classes they expect.
    ///
    /// Source: `Augments` of MMClassification 0.x.
    static func legacy(_ node: ConfigNode, at path: String, _ context: BuildContext) throws -> (
        augment: RandomBatchAugment, classCount: Int?
    ) {
        var augments: [(augment: any BatchAugment, probability: Double)] = []
        var classCount: Int?
        var sum = 0.0
        var hasIdentity = false
        for (node, path) in try list(node, at: path) {
            var reader = try ConfigReader(node, at: path)
            let probability = try reader.value("prob", default: 1.0)
            guard 0...1 ~= probability else {
                throw reader.failure("prob", "", expected: "a share from 0 to 1")
            }
            sum += probability
            let classes = try reader.positive("num_classes")
            if let classCount, classCount != classes {
                throw reader.failure(
                    "num_classes", "\(classes) classes, but \(classCount) in the one before")
            }
            classCount = classes
            // Batches that stay as they are have what the others leave.
            if node["type"]?.string == "Identity" {
                hasIdentity = true
                reader.ignore("type")
                try reader.checkAllRead()
                continue
            }
            let own = node.removing("prob").removing("num_classes")
            augments.append((try build(own, at: path, context), probability))
        }
        guard sum <= 1 + tolerance, !hasIdentity || sum >= 1 - tolerance else {
            throw ConfigError(
                at: node, path: path,
                problem: "the probabilities add up to \((sum * 100).rounded() / 100)",
                remedy: hasIdentity ? "with Identity they must make 1" : "they must make 1 at most")
        }
        return (RandomBatchAugment(augments), classCount)
    }

    private static func list(_ node: ConfigNode, at path: String) throws -> [(
        node: ConfigNode, path: String
    )] {
        guard let list = node.list else { return [(node, path)] }
        guard !list.isEmpty else {
            throw ConfigError(
                at: node, path: path, problem: "an empty list", remedy: "leave it out")
        }
        return list.enumerated().map { ($1, ConfigPath.join(path, index: $0)) }
    }

    private static func build(_ node: ConfigNode, at path: String, _ context: BuildContext) throws
        -> any BatchAugment
    {
        try context.value(Registry<any BatchAugment>.self).build(node, at: path, context)
    }
}
