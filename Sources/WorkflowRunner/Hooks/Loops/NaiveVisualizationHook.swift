import ConfigCore
import Drawing
import TrainingInterfaces

/// Draws the images of every so many batches of a test.
///
/// Source: MMEngine's `NaiveVisualizationHook`.
public final class NaiveVisualizationHook: BeforeTrain, AfterTestIteration, VisualizerUser {
    /// Of how many batches one is drawn.
    public let interval: Int
    /// What is drawn.
    public let options: VisualizedSample.Options
    /// Where images go; the run sets it.
    public var visualizer: Visualizer?
    private var count = 0

    /// A hook that draws every `interval`th batch.
    public init(interval: Int = 1, options: VisualizedSample.Options = .init()) {
        self.interval = interval
        self.options = options
    }

    convenience init(from reader: inout ConfigReader) throws {
        let interval = try reader.value("interval", default: 1)
        guard interval > 0 else {
            throw reader.failure("interval", "expected a positive number, got \(interval)")
        }
        var options = VisualizedSample.Options()
        options.drawsTruth = try reader.value("draw_gt", default: true)
        options.drawsPrediction = try reader.value("draw_pred", default: true)
        self.init(interval: interval, options: options)
    }

    /// Hands the model to backends that show how models are made up.
    public func beforeTrain(_ runner: BaseRunner) throws {
        try visualizer?.addGraph(runner.model)
    }

    /// Draws the batch where its turn has come.
    public func afterTestIteration(_ runner: BaseRunner) throws {
        guard let drawing = SampleDrawing(runner) else { return }
        if runner.innerIteration == 0 { count = 0 }
        defer { count += drawing.count }
        guard (runner.innerIteration + 1).isMultiple(of: interval) else { return }
        for place in 0..<drawing.count {
            guard let image = drawing.image(place) else { continue }
            try visualizer?.addDataSample(
                drawing.name(place, number: count + place), image, drawing.sample(place), options)
        }
    }
}
