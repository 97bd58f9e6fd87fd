import Foundation
import MMRunner
import Testing

/// Says at which stages of a test it acts.
private final class StageNotes: BeforeRun, BeforeTest, BeforeTestEpoch, BeforeTestIteration,
    AfterTestIteration, AfterTestEpoch, AfterTest, AfterRun
{
    func beforeRun(_ runner: BaseRunner) { note("before_run", runner) }
    func beforeTest(_ runner: BaseRunner) { note("before_test", runner) }
    func beforeTestEpoch(_ runner: BaseRunner) { note("before_test_epoch", runner) }
    func beforeTestIteration(_ runner: BaseRunner) { note("before_test_iter", runner) }
    func afterTestIteration(_ runner: BaseRunner) { note("after_test_iter", runner) }
    func afterTestEpoch(_ runner: BaseRunner) { note("after_test_epoch", runner) }
    func afterTest(_ runner: BaseRunner) { note("after_test", runner) }
    func afterRun(_ runner: BaseRunner) { note("after_run", runner) }

    private func note(_ stage: String, _ runner: BaseRunner) {
        runner.logger.info("stage \(stage)")
    }
}

/// A model whose tests report a loss beside what it predicts.
private final class TestStepModel: BaseModel {
    private let inner: MyAwesomeModel
    var members: Members { inner.members }

    init(_ inner: MyAwesomeModel) { self.inner = inner }

    func forward(_ input: MyAwesomeModel.Input, mode: ForwardMode, _ context: ForwardContext)
        throws -> ForwardResult
    {
        try inner.forward(input, mode: mode, context)
    }

    func testStep(_ batch: Batch, _ context: ForwardContext) throws -> DataValue {
        try predictValue(batch, context).appending(DataSample(loss: [("loss", 2.5)]))
    }
}

/// A runner that gives a number of its own beside the metrics of a test.
private final class CountingRunner: Runner {
    override func test() throws -> [String: Double] {
        try super.test().merging(["tests": 1]) { $1 }
    }
}

@Suite("tests of checkpoints by new-style configs") struct TestSessionTests {
    private static var registries: Registries {
        var registries = Toy.registries
        registries.hooks.register("StageNotes") { _, _ in StageNotes() }
        registries.models.classifiers.register("TestStepModel") { _, context in
            TestStepModel(try MyAwesomeModel(layers: 1, context.value(), context.value()))
        }
        registries.register(runnerType: CountingRunner.self)
        return registries
    }

    /// A trained toy, and its config for tests with their lines in the log.
    private static func trained() throws -> (toy: Toy, config: ConfigNode) {
        let toy = Toy()
        try toy.runner { $0 = $0.setting("train_cfg", "max_epochs", to: 1) }.train()
        let changes: [(String, ConfigNode)] = [
            ("log_level", "INFO"), ("custom_hooks", [["type": "StageNotes"]]),
            ("default_hooks", ["logger": ["type": "LoggerHook", "interval": 2]]),
            // No part of training is looked at.
            (
                "train_dataloader",
                toy.config["train_dataloader"]?.setting(
                    "dataset", to: ["type": "CustomDataset", "data_prefix": "/nowhere"]) ?? [:]
            ),
        ]
        return (toy, changes.reduce(toy.config) { $0.setting($1.0, to: $1.1) })
    }

    private static func test(
        _ config: ConfigNode, _ toy: Toy, checkpoint: String? = nil
    ) throws -> TestResults {
        var options = TestOptions(checkpoint: checkpoint ?? "\(toy.workDir)/epoch_1.pth")
        (options.configPath, options.workDirectory) = ("toy.json", "\(toy.folder)/tested")
        return try TestSession(LoadedConfig(root: config), options, registries).run()
    }

    /// The folder that a test has made for its logs.
    private static func logs(_ toy: Toy) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(toy.folder)/tested")
        let folders = names.filter { $0.wholeMatch(of: /\d{8}_\d{6}/) != nil }
        let folder = try #require(folders.first)
        #expect(names.sorted() == [folder, "toy.json"])
        return "\(toy.folder)/tested/\(folder)"
    }

    @Test("N12, N31: hooks act at every stage; lines, metrics and config stand in a folder")
    func n12_linesOfTests() throws {
        let (toy, config) = try Self.trained()
        defer { toy.remove() }
        let results = try Self.test(config, toy)
        #expect(results.metrics.map(\.name) == ["toy/accuracy"])
        let accuracy = try #require(results.metrics.first?.value.number)
        let folder = try Self.logs(toy)
        let stamp = URL(fileURLWithPath: folder).lastPathComponent
        let text = try String(contentsOfFile: "\(folder)/\(stamp).log", encoding: .utf8)
        let messages = text.split(separator: "\n").compactMap { line in
            line.split(separator: " - mmengine - INFO - ").dropFirst().first
        }
        let iteration = ["stage before_test_iter", "stage after_test_iter"]
        #expect(
            messages.filter { $0.hasPrefix("stage ") }
                == (["stage before_run", "stage before_test", "stage before_test_epoch"]
                + iteration + iteration + iteration
                + ["stage after_test_epoch", "stage after_test", "stage after_run"])
                .map { $0[...] })
        let lines = messages.filter { $0.hasPrefix("Epoch(test)") }
        let number = /\d+\.\d{4}/
        #expect(
            lines.map { $0.replacing(number, with: "#") } == [
                "Epoch(test) [2/3]    eta: 0:00:00  time: #  data_time: #  ",
                "Epoch(test) [3/3]    toy/accuracy: #  data_time: #  time: #",
            ])
        #expect(lines[1].contains("toy/accuracy: \(String(format: "%.4f", accuracy))  "))
        #expect(text.contains("Hooks will be executed in the following order:"))
        let json = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(stamp).json")))
        let numbers = try #require(json as? [String: Double])
        #expect(numbers.keys.sorted() == ["data_time", "time", "toy/accuracy"])
        #expect(numbers["toy/accuracy"] == accuracy)
        #expect(FileManager.default.fileExists(atPath: "\(folder)/vis_data/config.py"))
    }

    @Test("test_step of a model and a runner_type of one's own count")
    func ownParts() throws {
        let (toy, config) = try Self.trained()
        defer { toy.remove() }
        let results = try Self.test(
            config.setting("model", to: ["type": "TestStepModel"])
                .setting("runner_type", to: "CountingRunner"), toy)
        #expect(results.metrics.map(\.name) == ["toy/accuracy", "loss", "test_loss", "tests"])
        #expect(results.metrics.dropFirst().compactMap(\.value.number) == [2.5, 2.5, 1])
    }

    @Test("what is wrong is told before anything is written")
    func nothingWritten() throws {
        let (toy, config) = try Self.trained()
        defer { toy.remove() }
        #expect(
            toy.message { _ = try Self.test(config, toy, checkpoint: "/nowhere/a.pth") }
                == "/nowhere/a.pth: no such file; give the path of a .pth checkpoint")
        #expect(
            toy.message {
                _ = try Self.test(config.setting("custom_hooks", to: [["type": "StageNote"]]), toy)
            }
                == "custom_hooks[0].type: \"StageNote\" is not a known hook; did you mean \"StageNotes\"?"
        )
        #expect(
            toy.message {
                _ = try Self.test(
                    ["test_dataloader", "test_cfg", "test_evaluator"].reduce(config) {
                        $0.removing($1)
                    }, toy)
            } == "test_dataloader: the config does not have it; give it to the runner")
        #expect(!FileManager.default.fileExists(atPath: "\(toy.folder)/tested"))
    }
}
