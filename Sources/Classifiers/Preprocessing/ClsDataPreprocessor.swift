public import ConfigCore
public import NeuralNet
public import TensorCore
public import TrainingInterfaces

/// Brings packed samples into the form that classifiers take: normalised images under `img`, and what
/// is known about them beside it.
///
/// The arithmetic is that of `Normalize`, so that the place where it happens changes no bit.
/// Source: `ClsDataPreprocessor` of MMPretrain.
public struct ClsDataPreprocessor: DataPreprocessor {
    private var stack = ImageStack()
    /// What training mixes images with.
    public let augments: RandomBatchAugment?
    /// Whether targets become shares of the classes, under `gt_score`.
    public let makesShares: Bool
    /// How many classes there are, where targets become shares.
    public let classCount: Int?

    /// A preprocessor that normalises with these values, or not at all.
    public init(normalization: ChannelNormalization? = nil, toRGB: Bool = false) {
        stack.normalization = normalization
        stack.swap = toRGB ? .colorImages : .none
        (augments, makesShares, classCount) = (nil, false, nil)
    }

    /// Reads `mean`, `std`, `pad_size_divisor`, `pad_value`, `to_rgb`, `to_onehot`, `num_classes` and
    /// `batch_augments`.
    ///
    /// A `ClassCount` in the context is that of the model's head; `num_classes` may be left out then. A
    /// `RandomBatchAugment` there is the model's `train_cfg`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        reader.ignore("non_blocking")
        stack = try ImageStack(from: &reader)
        stack.swap = try reader.value("to_rgb", default: false) ? .colorImages : .none
        let toOneHot = try reader.value("to_onehot", default: false)
        augments = try Self.augments(&reader, context)
        makesShares = toOneHot || augments != nil
        let expected = try? context.value(ClassCount.self).number
        let given: Int? = try reader.optional("num_classes")
        classCount = given ?? expected
        guard makesShares else { return }
        if let given, let expected, given != expected {
            throw reader.failure(
                "num_classes", "\(given), but the head has \(expected) classes")
        }
        guard let classCount, classCount > 0 else {
            throw reader.failure("num_classes", "required to make shares of classes")
        }
    }

    private static func augments(_ reader: inout ConfigReader, _ context: BuildContext) throws
        -> RandomBatchAugment?
    {
        guard let node = reader.node("batch_augments"), !node.isNull,
            node.mapping?.isEmpty != true
        else { return try? context.value(RandomBatchAugment.self) }
        return try node.decode(at: reader.path(to: "batch_augments")) {
            try RandomBatchAugment(from: &$0, context)
        }
    }

    /// The batch with normalised images under `img`, the labels under `gt_label` and, where asked for,
    /// shares of the classes under `gt_score`; training mixes them.
    public func callAsFunction(_ batch: Batch, _ context: ForwardContext) throws -> Batch {
        guard case .dictionary(let fields) = batch.value,
            let inputs = fields["inputs"] ?? fields["img"]
        else { throw BatchError.missingInputs }
        var result = fields
        let samples = try SampleFields(fields["data_samples"])
        for (key, value) in samples.fields.entries { result[key] = value }
        (result["inputs"], result["data_samples"]) = (nil, nil)
        var images = try stack(inputs)
        if let labels = result["gt_label"] { result["gt_label"] = SampleFields.joined(labels) }
        if let scores = result["gt_score"] { result["gt_score"] = SampleFields.joined(scores) }
        if var shares = try shares(result) {
            if let augments { (images, shares) = try augments(images, shares, context) }
            result["gt_score"] = .array(shares)
        }
        result["img"] = .array(images)
        return Batch(.dictionary(result), sampleCount: batch.sampleCount)
    }

    /// What is right as shares of the classes: those of the data, or made of its labels on demand.
    private func shares(_ fields: DataDictionary) throws -> PlainTensor? {
        if case .array(let shares) = fields["gt_score"] { return shares }
        guard makesShares, let classCount, let labels = fields["gt_label"] else { return nil }
        return try SampleFields.shares(labels, classCount)
    }
}

/// How many classes a model's head has, for parts that are built beside it.
public struct ClassCount: Sendable {
    /// The number.
    public let number: Int

    /// A number of classes.
    public init(_ number: Int) { self.number = number }
}
