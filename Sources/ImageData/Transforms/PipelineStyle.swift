public import ConfigCore

/// Which package's transforms a pipeline means, where both have one of a name with the same keys.
///
/// Builds of new-style configs provide `new` in their context; without a value it is `legacy`.
public enum PipelineStyle: Sendable {
    /// MMClassification 0.x: sizes are height and width.
    case legacy
    /// MMCV 2 and MMPretrain: sizes are width and height.
    case new
}

extension BuildContext {
    /// The style of the pipelines being built.
    public var pipelineStyle: PipelineStyle { (try? value(PipelineStyle.self)) ?? .legacy }
}
