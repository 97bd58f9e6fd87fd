public import ConfigCore
import TrainingInterfaces

extension ImageClassifier {
    /// Reads `backbone`, `neck`, `head`, and the keys of MMClassification's and MMPretrain's
    /// `ImageClassifier`.
    public convenience init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let backbones = try context.value(Registry<any Backbone>.self)
        let necks = try context.value(Registry<any Neck>.self)
        let heads = try context.value(Registry<any Head>.self)
        var context = context
        // Only new-style configs have preprocessors.
        if reader.has("data_preprocessor") { context.provide(LossTerms.Style.mmengine) }
        // In this order, in which their parameters are drawn.
        let backbone = try reader.build("backbone", from: backbones, context)
        let neck = try reader.build("neck", from: necks, context)
        let head = try reader.build("head", from: heads, context)
        guard let backbone else { throw reader.failure("backbone", "required key is missing") }
        guard let head else { throw reader.failure("head", "required key is missing") }
        var initialization = try reader.value("init_cfg", default: WeightInitialization())
        if let pretrained: String = try reader.optional("pretrained") {
            initialization = WeightInitialization(PretrainedWeights(pretrained))
        }
        let classCount = (head as? any ClassCounting)?.classCount
        let (preprocessor, augments) = try Self.preprocessing(&reader, classCount, context)
        try Self.checkChannels(backbone, neck, head, reader)
        self.init(
            backbone: backbone, neck: neck, head: head, preprocessor: preprocessor,
            augments: augments, initialization: initialization)
        initialization.warnOfUnused(in: self, at: reader, context)
    }

    /// What happens to batches first: by `data_preprocessor`, which gets the augments of `train_cfg`, or in
    /// the legacy style by these alone.
    private static func preprocessing(
        _ reader: inout ConfigReader, _ classCount: Int?, _ context: BuildContext
    ) throws -> (preprocessor: (any DataPreprocessor)?, augments: RandomBatchAugment?) {
        let training: ConfigNode? = try reader.optional("train_cfg")
        let trainingPath = reader.path(to: "train_cfg")
        guard let config: ConfigNode = try reader.optional("data_preprocessor") else {
            let augments = try training?.decode(at: trainingPath) { reader in
                try legacyAugments(&reader, classCount, context)
            }
            guard let augments = augments.flatMap(\.self) else { return (nil, nil) }
            try refuseAccuracies(reader)
            return (nil, augments)
        }
        var context = context
        if let classCount { context.provide(ClassCount(classCount)) }
        let hasOwn = config["batch_augments"].map { !$0.isNull } ?? false
        if let training, training.mapping?.isEmpty == false {
            guard !hasOwn else {
                throw ConfigError(
                    at: training, path: trainingPath,
                    problem: "data_preprocessor.batch_augments is given too",
                    remedy: "keep one of them")
            }
            context.provide(
                try training.decode(at: trainingPath) { reader in
                    try newStyleAugments(&reader, classCount, context)
                })
            try refuseAccuracies(reader)
        } else if hasOwn {
            try refuseAccuracies(reader)
        }
        let registry = try context.value(Registry<any DataPreprocessor>.self)
        let preprocessor = try registry.build(
            config, at: reader.path(to: "data_preprocessor"), defaultType: "ClsDataPreprocessor",
            context)
        return (preprocessor, nil)
    }

    /// Augments with probabilities beside them, or each with its own: one of MMPretrain's configs has kept
    /// the legacy form, which it cannot build itself.
    private static func newStyleAugments(
        _ reader: inout ConfigReader, _ classCount: Int?, _ context: BuildContext
    ) throws -> RandomBatchAugment {
        let augments = reader.node["augments"]
        let entries = augments?.list ?? augments.map { [$0] } ?? []
        if reader.node["probs"] == nil, entries.contains(where: { $0["num_classes"] != nil }),
            let augment = try legacyAugments(&reader, classCount, context)
        {
            return augment
        }
        return try RandomBatchAugment(from: &reader, context)
    }

    private static func legacyAugments(
        _ reader: inout ConfigReader, _ classCount: Int?, _ context: BuildContext
    ) throws -> RandomBatchAugment? {
        guard let node = reader.node("augments"), !node.isNull else { return nil }
        let path = reader.path(to: "augments")
        let (augment, wanted) = try RandomBatchAugment.legacy(node, at: path, context)
        if let wanted, let classCount, wanted != classCount {
            throw ConfigError(
                at: node, path: path,
                problem: "num_classes is \(wanted), but the head has \(classCount) classes")
        }
        return augment
    }

    private static func refuseAccuracies(_ reader: ConfigReader) throws {
        guard let node = reader.node["head"]?["cal_acc"], node.bool == true else { return }
        throw ConfigError(
            at: node, path: reader.path(to: "head") + ".cal_acc",
            problem: "mixed images have no one class to compare with",
            remedy: "leave it out, or leave batch augmentation out")
    }

    /// Compares what a head takes with what a backbone gives, where both are known.
    private static func checkChannels(
        _ backbone: any Backbone, _ neck: (any Neck)?, _ head: any Head, _ reader: ConfigReader
    ) throws {
        guard let given = (backbone as? any ChannelDescribing)?.featureChannels.last,
            neck is GlobalAveragePooling, let head = head as? LinearClsHead,
            head.inChannels != given
        else { return }
        throw ConfigError(
            at: reader.node["head"]?["in_channels"] ?? reader.node,
            path: reader.path(to: "head") + ".in_channels",
            expected: "\(given), the channels of the backbone's last feature")
    }
}
