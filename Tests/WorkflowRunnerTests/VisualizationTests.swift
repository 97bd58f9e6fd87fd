import ConfigCore
import Drawing
import Foundation
import NeuralNet
import TensorCore
import TestSupport
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// A visualizer that notes what it is given.
private final class NotingVisualizer: Visualizer {
    private(set) var notes: [String] = []

    override func addDataSample(
        _ name: String, _ image: Raster, _ sample: VisualizedSample,
        _ options: VisualizedSample.Options, file: String?, step: Int
    ) throws {
        let truth = sample.truth.map { "\($0)" } ?? "?"
        notes.append("\(name) \(image.width)x\(image.height) \(truth) \(sample.predicted) \(step)")
    }
}

/// A model that finds the second class in every image.
private final class ConstantModel: TrainableModel {
    private let weight: Parameter

    init(_ device: Device) throws { weight = Parameter(try device.zeros([1])) }

    var members: Members { ["weight": .parameter(weight)] }

    func trainStep(_ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext)
        -> StepOutput
    {
        StepOutput(loss: nil, logVariables: [], sampleCount: batch.sampleCount)
    }

    func validationStep(_ batch: Batch, _ context: ForwardContext) -> StepOutput {
        StepOutput(loss: nil, logVariables: [], sampleCount: batch.sampleCount)
    }

    func predict(_ batch: Batch, _ context: ForwardContext) -> PlainTensor {
        PlainTensor(
            (0..<batch.sampleCount).flatMap { _ in [Float(0.25), 0.75] },
            shape: [batch.sampleCount, 2])
    }
}

private final class NoMetrics: Evaluator {
    func process(_ batch: Batch, predictions: PlainTensor) {}
    func compute() -> [(name: String, value: Double)] { [] }
}

/// Batches of two images of 4x3 pixels, as bytes or normalised.
private func images(isNormalized: Bool, count: Int) -> ArraySource {
    let size = 3 * 3 * 4
    let norm: DataValue = .dictionary(
        DataDictionary([
            ("mean", .array(PlainTensor([Float](repeating: 100, count: 3), shape: [3]))),
            ("std", .array(PlainTensor([Float](repeating: 50, count: 3), shape: [3]))),
            ("to_rgb", .bool(true)),
        ]))
    return ArraySource(
        (0..<count).map { number in
            let values = (0..<(2 * size)).map { UInt8($0 % 200) }
            let pixels =
                isNormalized
                ? PlainTensor(values.map { (Float($0) - 100) / 50 }, shape: [2, 3, 3, 4])
                : PlainTensor(values, shape: [2, 3, 3, 4])
            let metas = (0..<2).map { place in
                DataValue.dictionary(
                    DataDictionary([
                        ("filename", .string("a/b/\(number)_\(place).png")),
                        ("img_norm_cfg", norm),
                    ]))
            }
            return Batch(
                .dictionary(
                    DataDictionary([
                        ("img", .array(pixels)),
                        ("gt_label", .array(PlainTensor([Int64(0), 1], shape: [2]))),
                        ("img_metas", .list(metas)),
                    ])), sampleCount: 2)
        }, classNames: ["cat", "dog"])
}

@Suite("visualizers") struct VisualizationTests {
    private func runner(_ folder: String? = nil) throws -> EpochBasedRunner {
        let device = try Device()
        let runner = try EpochBasedRunner(
            RunnerDefaults(
                model: try ConstantModel(device), workDirectory: folder,
                logger: .lines(to: []), device: device), maxEpochs: 1)
        runner.hasLoopStages = true
        return runner
    }

    private func evaluate(_ hook: any Hook, _ source: ArraySource, as stages: PhaseStages) throws {
        let runner = try runner()
        try runner.register(hook)
        _ = try runner.evaluate(source, by: PhaseEvaluation(NoMetrics()), as: stages)
    }

    @Test("images go to files and to TensorBoard, with their step")
    func images() throws {
        let folder = try TemporaryFolder()
        let visualizer = try Visualizer.build(
            [
                "type": "UniversalVisualizer",
                "vis_backends": [
                    ["type": "LocalVisBackend", "img_save_dir": "shown"],
                    ["type": "TensorboardVisBackend"],
                ],
            ], folder: folder.path, name: "run")
        let image = try #require(
            Raster(width: 2, height: 1, pixels: [255, 0, 0, 0, 0, 255]))
        try visualizer.addImage("two", image, step: 3)
        #expect(visualizer.getImage() == nil)
        visualizer.setImage(image)
        try visualizer.drawPoints([Point(0.5, 0.5)], color: .white, radius: 2)
        #expect(try #require(visualizer.getImage()).color(x: 0, y: 0) == .white)
        let model = try ConstantModel(try Device())
        try visualizer.addGraph(model)
        visualizer.close()
        let data = folder.path + "/vis_data"
        let file = try Data(contentsOf: URL(fileURLWithPath: "\(data)/shown/two_3.png"))
        #expect(Array(file[16..<24]) == [0, 0, 0, 2, 0, 0, 0, 1])
        let names = try FileManager.default.contentsOfDirectory(atPath: data)
        let events = try #require(names.first { $0.hasPrefix("events") })
        let written = try EventFile(path: "\(data)/\(events)")
        #expect(written.damagedRecords == 0)
        #expect(
            written.images.map(\.tag) == ["two"] && written.images.map(\.step) == [3]
                && written.images.map(\.size) == [[2, 1]]
                && written.images.map(\.bytes) == [Array(file)])
    }

    @Test("a config's visualizer, log processor and statistics may be the program's own")
    func ownTypes() throws {
        var visualizers = Registry<Visualizer>.standardVisualizers()
        visualizers.register("NotingVisualizer") { reader, _ in
            NotingVisualizer(name: try reader.required("title"), backends: [])
        }
        var processors = Registry<LogProcessor>.standardLogProcessors()
        final class ShortLog: LogProcessor {
            override func pass(
                _ phase: String, _ place: LogPlace, _ hub: MessageHub,
                others: [(name: String, text: String)]
            ) -> (row: Row, line: String) { ([], "\(phase) is over") }
        }
        processors.register("ShortLog") { reader, context in
            ShortLog(try LogSettings(from: &reader, context))
        }
        var context = BuildContext()
        context.provide(visualizers)
        context.provide(Registry<any VisualizationBackend>.standardVisualizationBackends())
        context.provide(processors)
        context.provide(
            HistoryStatistics(byName: [
                "spread": { values, _ in
                    (values.max() ?? 0) - (values.min() ?? 0)
                }
            ]))
        let own = try Visualizer.build(
            ["type": "NotingVisualizer", "title": "mine"], folder: "x", name: "run",
            context: context)
        #expect(own is NotingVisualizer && own.name == "mine")
        let processor = try LogProcessor.build(
            [
                "type": "ShortLog",
                "custom_cfg": [
                    [
                        "data_src": "loss", "log_name": "loss_spread", "method_name": "spread",
                        "window_size": 3,
                    ]
                ],
            ], context: context)
        let hub = MessageHub()
        for loss in [9.0, 1, 4, 2] { hub.update("train/loss", loss) }
        let place = LogPlace(
            epoch: 0, iteration: 3, maxEpochs: 1, maxIterations: 4, batchesPerPass: 4)
        let row = processor.iteration("train", batch: 3, place, hub).row
        #expect(row.first { $0.name == "loss_spread" }?.value == .number(3))
        #expect(processor.pass("val", place, hub).line == "val is over")
        let mistakes: [(ConfigNode, String)] = [
            (
                ["type": "ShortLogs"],
                "log_processor.type: \"ShortLogs\" is not a known log processor; did you mean \"ShortLog\"?"
            ),
            (
                ["custom_cfg": [["data_src": "loss", "method_name": "spraed"]]],
                "log_processor.custom_cfg[0].method_name: \"spraed\" is not a known method_name; did you mean \"spread\"?"
            ),
        ]
        for (config, message) in mistakes {
            let error = #expect(throws: ConfigError.self) {
                try LogProcessor.build(config, context: context)
            }
            #expect(error?.issues.map(\.message) == [message])
        }
    }

    @Test("VisualizationHook draws every so many images of a validation and a test")
    func hook() throws {
        let source = WorkflowRunnerTests.images(isNormalized: false, count: 3)
        for (stages, step) in [(PhaseStages.validation, 0), (.test, 0)] {
            let hook = VisualizationHook(enabled: true, interval: 3)
            let visualizer = NotingVisualizer(name: "v", backends: [])
            hook.visualizer = visualizer
            try evaluate(hook, source, as: stages)
            #expect(
                visualizer.notes == ["0_0.png 4x3 [0] [1] \(step)", "1_1.png 4x3 [1] [1] \(step)"])
        }
        let idle = VisualizationHook(interval: 1)
        let visualizer = NotingVisualizer(name: "v", backends: [])
        idle.visualizer = visualizer
        try evaluate(idle, source, as: .validation)
        #expect(visualizer.notes == [])
    }

    @Test("NaiveVisualizationHook draws every so many batches of a test")
    func naive() throws {
        let hook = NaiveVisualizationHook(interval: 2)
        let visualizer = NotingVisualizer(name: "v", backends: [])
        hook.visualizer = visualizer
        let source = WorkflowRunnerTests.images(isNormalized: false, count: 3)
        try evaluate(hook, source, as: .test)
        #expect(visualizer.notes == ["1_0.png 4x3 [0] [1] 0", "1_1.png 4x3 [1] [1] 0"])
    }

    @Test("a hook's folder gets the images as they were, whether normalised or not")
    func files() throws {
        let folder = try TemporaryFolder()
        var sizes: [Int] = []
        for isNormalized in [false, true] {
            var options = VisualizedSample.Options()
            options.scale = 40
            let path = "\(folder.path)/\(isNormalized)"
            let hook = VisualizationHook(
                enabled: true, interval: 2, outDirectory: path, options: options)
            hook.visualizer = Visualizer(name: "v", backends: [])
            let source = WorkflowRunnerTests.images(isNormalized: isNormalized, count: 1)
            try evaluate(hook, source, as: .test)
            let file = try Data(contentsOf: URL(fileURLWithPath: "\(path)/0_0.png_0.png"))
            #expect(Array(file[16..<20]) == [0, 0, 0, 160])
            sizes.append(file.count)
        }
        // The normalised one was RGB, so that its colours come the other way round.
        #expect(sizes[0] > 500 && abs(sizes[0] - sizes[1]) < 200)
    }

    @Test("keys of the hooks are read, and what there is no window for is refused")
    func keys() throws {
        let runner = try runner()
        try runner.register(
            from: [
                "type": "VisualizationHook", "enable": true, "interval": 7, "out_dir": "o",
                "draw_gt": false, "rescale_factor": 2, "priority": "LOW",
            ], at: "custom_hooks[0]")
        let hook = try #require(runner.hooks.first as? VisualizationHook)
        #expect(hook.isEnabled && hook.interval == 7 && hook.outDirectory == "o")
        #expect(!hook.options.drawsTruth && hook.options.scale == 2)
        try runner.register(
            from: [
                "type": "mmengine.ProfilerHook", "by_epoch": false, "profile_times": 3,
                "activity_with_cpu": true, "activity_with_cuda": true,
            ], at: "custom_hooks[1]")
        let profiler = try #require(runner.hooks.compactMap { $0 as? ProfilerHook }.first)
        #expect(profiler.count == 3 && !profiler.byEpoch && profiler.defaultPriority == .veryLow)
        let cases: [(ConfigNode, String)] = [
            (
                ["type": "VisualizationHook", "show": true],
                "h.show: there is no window to show images in; set out_dir"
            ),
            (
                ["type": "VisualizationHook", "text_cfg": ["color": "red"]],
                "h.text_cfg: not supported; leave it out"
            ),
            (
                ["type": "NaiveVisualizationHook", "interval": 0],
                "h.interval: expected a positive number, got 0"
            ),
            (
                ["type": "mmengine.ProfilerHook", "profile_iters": 3],
                "h.profile_iters: unknown key; did you mean profile_times?"
            ),
        ]
        for (config, message) in cases {
            let error = #expect(throws: ConfigError.self) {
                try runner.register(from: config, at: "h")
            }
            #expect(error?.issues.map(\.message) == [message])
        }
    }
}
