import Classifiers
public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Builds a model and gives it its first values.
///
/// Source: MMClassification's `build_classifier` and `init_weights`; the draws from `generator` are
/// those of the original in their order.
///
/// - Parameters:
///   - config: The model's config.
///   - path: The way to it in the config, for messages.
///   - device: Where the model lives.
///   - generator: The run's generator.
///   - registries: The components that may be named.
///   - pretrained: Loads trained weights where the config asks for them; nil leaves them out, for a model
///     whose weights a checkpoint brings.
///   - warnings: Takes what the user should hear about.
/// - Returns: The model.
/// - Throws: `ConfigError`.
public func buildClassifier(
    _ config: ConfigNode, at path: String = "model", device: Device, generator: TorchGenerator,
    registries: Registries = .standard(), pretrained: PretrainedFiles? = PretrainedFiles(),
    warnings: ((String) -> Void)? = nil
) throws -> any TrainableModel {
    var context = registries.context()
    context.provide(device)
    context.provide(generator)
    let issues = BuildWarnings()
    context.provide(issues)
    let model = try registries.models.classifiers.build(config, at: path, context)
    try (model as? any WeightInitializing)?.initializeWeights(
        WeightSources(generator) { try pretrained?.load($0, into: $1) })
    for warning in pretrained?.warnings ?? [] { warnings?(warning) }
    for issue in issues.issues { warnings?(issue.message) }
    return model
}
