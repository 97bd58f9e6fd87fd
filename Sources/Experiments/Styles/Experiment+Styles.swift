public import ConfigCore
import ImageData

extension Experiment {
    /// What a config of either style means.
    ///
    /// Errors: throws `ConfigError`.
    public init(_ root: ConfigNode, _ registries: Registries) throws {
        switch try ConfigStyle(root) {
        case .legacy: self = try LegacyInterpreter.experiment(root)
        case .new: self = try NewStyleInterpreter.experiment(root, registries)
        }
    }

    /// Which package's transforms its pipelines mean.
    var pipelineStyle: PipelineStyle { style == .legacy ? .legacy : .new }
}
