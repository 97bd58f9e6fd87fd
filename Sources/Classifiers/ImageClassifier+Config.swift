public import ConfigCore

extension ImageClassifier {
    /// Reads `backbone`, `neck`, `head`, and the keys of MMClassification's and MMPretrain's
    /// `ImageClassifier`.
    public convenience init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let backbones = try context.value(Registry<any Backbone>.self)
        let necks = try context.value(Registry<any Neck>.self)
        let heads = try context.value(Registry<any Head>.self)
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
        try Self.refuseWhatComesLater(&reader)
        let preprocessor = try reader.nested("data_preprocessor") { reader in
            let type = try reader.value("type", default: "ClsDataPreprocessor")
            guard type.split(separator: ".").last == "ClsDataPreprocessor" else {
                throw reader.unknown(
                    "type", type, kind: "data preprocessor", among: ["ClsDataPreprocessor"])
            }
            return try ClsDataPreprocessor(from: &reader)
        }
        try Self.checkChannels(backbone, neck, head, reader)
        self.init(
            backbone: backbone, neck: neck, head: head, preprocessor: preprocessor,
            initialization: initialization)
        initialization.warnOfUnused(in: self, at: reader, context)
    }

    private static func refuseWhatComesLater(_ reader: inout ConfigReader) throws {
        _ = try reader.nested("train_cfg") { reader in
            guard let augments = reader.node("augments"), !augments.isNull else { return }
            let first = augments.list?.first ?? augments
            guard augments.list?.isEmpty != true else { return }
            let what = first["type"]?.string.map { "\($0) is" } ?? "batch augmentation is"
            throw reader.failure("augments", "\(what) not supported yet")
        }
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
