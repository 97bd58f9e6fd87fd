public import ConfigCore
public import NeuralNet
public import TensorCore
public import TrainingInterfaces

/// Several linear layers from features to class scores.
///
/// Source: `StackedLinearClsHead` in MMClassification 0.x, which leaves PyTorch's first values as they are.
public struct StackedLinearClsHead: HeadWithHiddenLayers, ClassCounting {
    /// How many classes there are.
    public let classCount: Int
    private let layers: [LinearBlock]
    private let scoring: ClsHead

    /// What the layers but the last have beside their linear map.
    public struct Hidden {
        /// The share of values that training zeroes.
        public var dropoutRate = 0.0
        /// How normalisation layers are made, if there are any.
        public var norm: NormOptions?
        /// What follows each layer, if anything.
        public var activation: ActivationOptions? = .relu

        /// Rectified layers.
        public init() {}
    }

    /// A head whose hidden layers give `widths` numbers.
    public init(
        inChannels: Int, widths: [Int], classCount: Int, hidden: Hidden = Hidden(),
        scoring: ClsHead = ClsHead(), device: Device, generator: TorchGenerator
    ) throws {
        self.classCount = classCount
        self.scoring = scoring
        let sizes = [inChannels] + widths
        layers =
            try widths.indices.map {
                try LinearBlock(
                    sizes[$0], sizes[$0 + 1], hidden, name: "head.layers.\($0)", device: device,
                    generator: generator)
            } + [
                try LinearBlock(
                    sizes[widths.count], classCount, nil, name: "", device: device,
                    generator: generator)
            ]
    }

    /// Reads `num_classes`, `in_channels`, `mid_channels`, `dropout_rate`, `norm_cfg`, `act_cfg`, and the
    /// keys of `ClsHead`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let classCount = try reader.positive("num_classes")
        let inChannels = try reader.positive("in_channels")
        guard let widths = try reader.positiveList("mid_channels"), !widths.isEmpty else {
            throw reader.failure("mid_channels", "", expected: "a list of positive integers")
        }
        var hidden = Hidden()
        hidden.dropoutRate = try reader.value("dropout_rate", default: 0.0)
        guard 0..<1 ~= hidden.dropoutRate else {
            throw reader.failure("dropout_rate", "", expected: "a share of at least 0 and below 1")
        }
        hidden.norm = try reader.nested("norm_cfg") {
            try NormOptions(from: &$0, types: ["BN1d", "BN"])
        }
        if reader.has("act_cfg") {
            hidden.activation = try reader.nested("act_cfg") { try ActivationOptions(from: &$0) }
        }
        try self.init(
            inChannels: inChannels, widths: widths, classCount: classCount, hidden: hidden,
            scoring: try ClsHead(from: &reader, context, classCount: classCount),
            device: try context.value(), generator: try context.value())
    }

    /// The layers.
    public var members: Members { ["layers": .modules(layers)] }

    /// The loss of the class scores, after the accuracies if they are logged.
    public func losses(
        _ features: [Variable], _ targets: ClassTargets, _ context: ForwardContext
    ) throws -> LossTerms {
        try scoring.losses([scores(features, context)], targets, context)
    }

    /// The softmax of the class scores.
    public func predict(_ features: [Variable], _ context: ForwardContext) throws -> PlainTensor {
        try scoring.predict([scores(features, context)], context)
    }

    /// What all layers but the last make of the features.
    public func hidden(_ features: [Variable], _ context: ForwardContext) throws -> Variable {
        try layers.dropLast().reduce(lastFeature(features)) { try $1($0, context) }
    }

    private func scores(_ features: [Variable], _ context: ForwardContext) throws -> Variable {
        try layers.reduce(lastFeature(features)) { try $1($0, context) }
    }
}

/// A linear layer, normalised, activated and thinned out on request.
///
/// Source: `LinearBlock` in MMClassification 0.x.
private struct LinearBlock: Layer {
    private let fc: Linear
    private let norm: BatchNorm2d?
    private let activation: ActivationOptions?
    private let dropout: Dropout?

    init(
        _ inChannels: Int, _ outChannels: Int, _ hidden: StackedLinearClsHead.Hidden?, name: String,
        device: Device, generator: TorchGenerator
    ) throws {
        fc = try Linear(inChannels, outChannels, device: device, generator: generator)
        norm = try hidden?.norm?.layer(outChannels, device: device)
        activation = hidden?.activation
        let rate = hidden?.dropoutRate ?? 0
        dropout = rate > 0 ? Dropout(rate, name: "\(name).dropout") : nil
    }

    var members: Members { ["fc": .module(fc), "norm": norm.map(Member.module)] }

    func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        var x = try fc(x, context)
        if let norm {
            // Rows are images of one pixel.
            let shape = x.shape
            x = try reshape(norm(reshape(x, shape + [1, 1], context), context), shape, context)
        }
        if let activation { x = try activation(x, context) }
        return try dropout.map { try $0(x, context) } ?? x
    }
}
