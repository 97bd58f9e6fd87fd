import ConfigCore
import Drawing
import TrainingInterfaces

/// Draws some of the images that a validation or test has predicted.
///
/// Source: MMPretrain's `VisualizationHook`. The text stands below the image.
public final class VisualizationHook: AfterValidationIteration, AfterTestIteration, VisualizerUser {
    /// Whether it draws at all.
    public let isEnabled: Bool
    /// Of how many images of a pass one is drawn.
    public let interval: Int
    /// Where files go in place of the visualizer's backends.
    public let outDirectory: String?
    /// What is drawn.
    public let options: VisualizedSample.Options
    /// Where images go; the run sets it.
    public var visualizer: Visualizer?
    private var count = 0

    /// A hook that draws every `interval`th image.
    public init(
        enabled isEnabled: Bool = false, interval: Int = 5000, outDirectory: String? = nil,
        options: VisualizedSample.Options = .init()
    ) {
        self.isEnabled = isEnabled
        self.interval = interval
        self.outDirectory = outDirectory
        self.options = options
    }

    convenience init(from reader: inout ConfigReader) throws {
        let interval = try reader.value("interval", default: 5000)
        guard interval > 0 else {
            throw reader.failure("interval", "expected a positive number, got \(interval)")
        }
        guard try !reader.value("show", default: false) else {
            throw reader.failure(
                "show", "there is no window to show images in", remedy: "set out_dir")
        }
        for key in ["resize", "text_cfg"] where reader.node(key).map({ !$0.isNull }) ?? false {
            throw reader.failure(key, "not supported", remedy: "leave it out")
        }
        // How long windows stay open.
        reader.ignore("wait_time")
        var options = VisualizedSample.Options()
        options.drawsTruth = try reader.value("draw_gt", default: true)
        options.drawsPrediction = try reader.value("draw_pred", default: true)
        options.drawsScore = try reader.value("draw_score", default: true)
        options.scale = try reader.optional("rescale_factor")
        self.init(
            enabled: try reader.value("enable", default: false), interval: interval,
            outDirectory: try reader.optional("out_dir"), options: options)
    }

    /// Draws of a validation, counted by the run's epochs or iterations.
    public func afterValidationIteration(_ runner: BaseRunner) throws {
        try draw(runner, step: runner.countsByEpoch ? runner.epoch : runner.iteration)
    }

    /// Draws of a test.
    public func afterTestIteration(_ runner: BaseRunner) throws { try draw(runner, step: 0) }

    private func draw(_ runner: BaseRunner, step: Int) throws {
        guard isEnabled, let drawing = SampleDrawing(runner) else { return }
        if runner.innerIteration == 0 { count = 0 }
        defer { count += drawing.count }
        for place in 0..<drawing.count where (count + place).isMultiple(of: interval) {
            guard let image = drawing.image(place) else { continue }
            let name = drawing.name(place, number: count + place)
            try visualizer?.addDataSample(
                name, image, drawing.sample(place), options,
                file: outDirectory.map { "\($0)/\(name)_\(step).png" }, step: step)
        }
    }
}

/// A hook that gives images or numbers to the run's visualizer.
public protocol VisualizerUser: Hook {
    /// Where they go; the run sets it.
    var visualizer: Visualizer? { get set }
}
