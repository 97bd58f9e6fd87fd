public import NeuralNet
public import TensorCore
public import TrainingInterfaces

/// Tells images apart: a backbone finds features, a neck gathers them, a head scores the classes.
///
/// It takes batches with `img`, `[N, C, H, W]`, and in training `gt_label`, `[N]`.
/// Source: `ImageClassifier` in MMClassification 0.x.
public final class ImageClassifier: LabelPredicting, WeightInitializing {
    /// Turns images into features.
    public let backbone: any Backbone
    /// Gathers the features, if there is need.
    public let neck: (any Neck)?
    /// Turns features into losses and scores.
    public let head: any Head
    /// What is done with batches first; nil takes them as they are.
    public let preprocessor: (any DataPreprocessor)?
    /// What training mixes the images of a batch with, where no preprocessor does it.
    public let augments: RandomBatchAugment?
    private let initialization: WeightInitialization

    /// A classifier of these parts.
    public init(
        backbone: any Backbone, neck: (any Neck)? = nil, head: any Head,
        preprocessor: (any DataPreprocessor)? = nil, augments: RandomBatchAugment? = nil,
        initialization: WeightInitialization = WeightInitialization()
    ) {
        self.preprocessor = preprocessor
        self.augments = augments
        self.backbone = backbone
        self.neck = neck
        self.head = head
        self.initialization = initialization
    }

    /// Backbone, neck and head under their checkpoint names.
    public var members: Members {
        [
            "backbone": .module(backbone), "neck": neck.map { .module($0) },
            "head": .module(head),
        ]
    }

    /// Gives all weights their first values: its own rules first, then those of its parts.
    ///
    /// Trained weights of the whole are the last word.
    public func initializeWeights(_ sources: WeightSources) throws {
        try initialization.apply(to: self, sources)
        if initialization.isPretrained { return }
        let parts: [(any Module)?] = [backbone, neck, head]
        for case let part as any WeightInitializing in parts {
            try part.initializeWeights(sources)
        }
    }

    /// The losses of a training batch.
    public func trainStep(
        _ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext
    ) throws -> StepOutput {
        try losses(batch, context)
    }

    /// The losses of a validation batch.
    public func validationStep(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput {
        try losses(batch, context)
    }

    /// A row of class scores for each image.
    ///
    /// Shape: `[N, K]`.
    public func predict(_ batch: Batch, _ context: ForwardContext) throws -> PlainTensor {
        let batch = try prepared(batch, context)
        return try head.predict(features(of: try images(batch, context), context), context)
    }

    /// The classes that the head of a new-style model takes for right, where they do not exclude each other.
    public func predictedLabels(_ scores: PlainTensor) throws -> [[Int]]? {
        guard preprocessor != nil, let head = head as? any LabelChoosing else { return nil }
        let (width, values) = (max(1, scores.shape.last ?? 1), scores.floats)
        return try stride(from: 0, to: values.count, by: width).map {
            try head.labels(Array(values[$0..<($0 + width)]))
        }
    }

    /// The features the head gets for a batch of images.
    ///
    /// Shape: `images` is `[N, C, H, W]`.
    public func features(of images: Variable, _ context: ForwardContext) throws -> [Variable] {
        let features = try backbone(images, context)
        return try neck.map { try $0(features, context) } ?? features
    }

    /// Counts the computations for one image up to the layer that scores the classes.
    ///
    /// Source: `ImageClassifier.forward_dummy` under MMCV's `get_model_complexity_info`.
    ///
    /// - Parameters:
    ///   - height: The image's height.
    ///   - width: The image's width.
    ///   - context: The circumstances of an evaluation.
    /// - Returns: The image's channels, and the number of computations.
    /// - Throws: `ShapeError` for an image that is too small.
    public func countOperations(height: Int, width: Int, _ context: ForwardContext) throws
        -> (channels: Int, count: Int)
    {
        let channels = (backbone as? any ChannelDescribing)?.inChannels ?? 3
        let counter = OperationCounter()
        let context = context.counting(with: counter)
        let image = Variable(try context.device.zeros([1, channels, height, width]))
        let features = try features(of: image, context)
        _ = try (head as? any HeadWithHiddenLayers)?.hidden(features, context)
        return (channels, counter.total)
    }

    private func losses(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput {
        let batch = try mixed(try prepared(batch, context), context)
        let images = try images(batch, context)
        let targets = try targets(batch, count: images.shape[0])
        let terms = try head.losses(features(of: images, context), targets, context)
        // Only new-style configs have preprocessors.
        return try terms.stepOutput(
            sampleCount: images.shape[0], style: preprocessor == nil ? .mmcls : .mmengine, context)
    }

    /// The batch as the preprocessor leaves it, in the form that images are read from.
    private func prepared(_ batch: Batch, _ context: ForwardContext) throws -> Batch {
        guard let preprocessor else { return batch }
        return try SampleFields.spread(preprocessor(batch, context))
    }

    /// The batch with shares of the classes as its targets and, in training, with mixed images.
    private func mixed(_ batch: Batch, _ context: ForwardContext) throws -> Batch {
        guard let augments, case .dictionary(var fields) = batch.value,
            let images = batch.array("img"), images.shape.count == 4
        else { return batch }
        var shares: PlainTensor
        switch try targets(batch, count: images.shape[0]) {
        case .shares(let given): shares = given
        case .labels(let labels):
            guard let classCount = (head as? any ClassCounting)?.classCount else { return batch }
            shares = try PlainTensor(labels, shape: [labels.count]).oneHot(classCount)
        }
        let (mixed, mixedShares) = try augments(images, shares, context)
        (fields["img"], fields["gt_score"]) = (.array(mixed), .array(mixedShares))
        return Batch(.dictionary(fields), sampleCount: batch.sampleCount)
    }

    private func images(_ batch: Batch, _ context: ForwardContext) throws -> Variable {
        guard let images = batch.array("img") else { throw BatchError.missing("img") }
        guard images.shape.count == 4 else {
            throw BatchError(
                "batch: \"img\" has the shape \(images.shape), expected [N, C, H, W]; "
                    + "the pipeline needs ImageToTensor with keys [\"img\"]")
        }
        if let expected = (backbone as? any ChannelDescribing)?.inChannels,
            images.shape[1] != expected
        {
            throw BatchError(
                "batch: \"img\" has the shape \(images.shape), the backbone takes images with "
                    + "\(expected) channels; set in_channels, or color_type of LoadImageFromFile")
        }
        return Variable(try context.device.tensor(images))
    }

    /// Class numbers, or shares of the classes where a row of numbers comes with each sample.
    private func targets(_ batch: Batch, count: Int) throws -> ClassTargets {
        if let shares = batch.array("gt_score"), shares.shape.first == count {
            return .shares(shares)
        }
        guard let labels = batch.array("gt_label"), labels.shape.first == count else {
            throw BatchError.missing("gt_label", count: count)
        }
        if labels.shape.count == 2 && labels.shape[1] > 1 { return .shares(labels) }
        guard let numbers = labels.integers, numbers.count == count else {
            throw BatchError(
                "batch: \"gt_label\" has the shape \(labels.shape), expected \(count) class numbers"
            )
        }
        return .labels(numbers)
    }
}
