import Classifiers
public import ConfigCore
import NeuralNet
import TensorCore

/// How much a model computes for one image, and how many parameters it trains.
///
/// Source: `get_flops.py` of MMClassification 0.x; a multiplication with its addition is one FLOP.
public struct ModelComplexity: Sendable, Equatable {
    /// Channels, height and width of the image.
    public let inputShape: [Int]
    /// The computations up to the layer that scores the classes.
    public let flops: Int
    /// The parameters that training changes.
    public let parameters: Int

    /// Builds the model of a config and counts.
    ///
    /// - Parameters:
    ///   - config: The config, of which only `model` counts.
    ///   - height: The image's height.
    ///   - width: The image's width.
    ///   - registries: The components that the config may name.
    /// - Throws: `ConfigError`; `ShapeError` for an image that is too small; `UsageError` for a model of one's
    ///   own.
    public init(
        _ config: LoadedConfig, height: Int, width: Int, registries: Registries = .standard()
    ) throws {
        guard let model = config.root["model"] else {
            throw ConfigError(
                at: config.root, path: "model", problem: "required key is missing",
                remedy: "give a config with a model")
        }
        let device = try Device()
        let built = try buildClassifier(
            model, device: device, generator: TorchGenerator(seed: 0), registries: registries,
            pretrained: nil)
        guard let classifier = built as? ImageClassifier else {
            throw UsageError(
                "model.type: computations are counted for ImageClassifier, not for a model of one's "
                    + "own")
        }
        let context = ForwardContext(
            mode: .evaluation, tape: nil, device: device, random: KeyedRandom(seed: 0))
        let counted = try classifier.countOperations(height: height, width: width, context)
        inputShape = [counted.channels, height, width]
        flops = counted.count
        parameters = classifier.namedParameters().map(\.parameter)
            .filter(\.requiresGradient).reduce(0) { $0 + $1.value.count }
    }

    /// The lines that the original prints at the end.
    public var description: String {
        let line = String(repeating: "=", count: 30)
        let shape = inputShape.map { "\($0)" }.joined(separator: ", ")
        return """
            \(line)
            Input shape: (\(shape))
            Flops: \(flopsText)
            Params: \(parametersText)
            \(line)
            """
    }

    /// The exact numbers as JSON.
    public var json: String {
        ConfigWriter.json(
            [
                "input_shape": ConfigNode(.list(inputShape.map { ConfigNode(.int($0)) })),
                "flops": ConfigNode(.int(flops)), "params": ConfigNode(.int(parameters)),
            ], indent: nil)
    }

    /// Billions, with two digits.
    public var flopsText: String { "\(Self.rounded(Double(flops) / 1e9)) GFLOPs" }

    /// Millions or thousands, with two digits, or the number itself.
    public var parametersText: String {
        if parameters >= 1_000_000 { return "\(Self.rounded(Double(parameters) / 1e6)) M" }
        if parameters >= 1000 { return "\(Self.rounded(Double(parameters) / 1e3)) k" }
        return "\(parameters)"
    }

    private static func rounded(_ value: Double) -> Double {
        (value * 100).rounded(.toNearestOrEven) / 100
    }
}
