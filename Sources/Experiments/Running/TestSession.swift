public import ConfigCore
import WorkflowRunner

/// The evaluation of a checkpoint: what `tools/test` does.
///
/// A new-style config is tested by its `Runner`, with its hooks and logs.
public struct TestSession {
    private enum Work {
        case legacy(LegacyTest)
        case runner(RunnerTest)
    }

    private let work: Work
    private let options: TestOptions

    /// Builds model and data.
    public init(_ config: LoadedConfig, _ options: TestOptions, _ registries: Registries) throws {
        self.options = options
        work =
            try ConfigStyle(config.root) == .legacy
            ? .legacy(LegacyTest(config, options, registries))
            : .runner(RunnerTest(config, options, registries))
    }

    /// Whether the test of a new-style config writes all predictions to a pickle itself.
    public var hasDumped: Bool {
        if case .runner = work { options.dump != nil } else { false }
    }

    /// Whether the work directory got its logs from the test itself, metrics included.
    public var hasLogged: Bool { if case .runner = work { true } else { false } }

    /// Predicts everything and computes the metrics.
    ///
    /// - Parameters:
    ///   - drawing: A folder for images with their predictions, and of how many images one is drawn.
    ///   - progress: Told after every batch how many of how many are done; new-style tests log that.
    /// - Returns: Metrics and predictions.
    /// - Throws: Whatever data, model and metrics throw.
    public func run(
        drawing: (folder: String, interval: Int)? = nil, progress: ((Int, Int) -> Void)? = nil
    ) throws -> TestResults {
        switch work {
        case .legacy(let test): try test.run(drawing: drawing, progress: progress)
        case .runner(let test): try test.run(drawing: drawing)
        }
    }
}
