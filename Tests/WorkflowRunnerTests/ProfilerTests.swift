import ConfigCore
import Foundation
import NeuralNet
import TensorCore
import Testing
import TrainingInterfaces
import WorkflowRunner

@Suite("the profiler") struct ProfilerTests {
    private typealias Span = OperationRecorder.Span

    /// A step of 10 ms with a forward operation, its kernel, and a backward operation.
    private let spans = [
        Span("convolution forward", .kernel, start: 1_100_000, end: 3_100_000),
        Span("conv2d", .operation, start: 1_000_000, end: 4_000_000, shapes: [[2, 3], [4, 3]]),
        Span("train_step", .phase, start: 1_000_000, end: 5_000_000),
        Span("conv2d backward", .operation, start: 6_000_000, end: 7_500_000),
        Span("ProfilerStep#0", .phase, start: 0, end: 10_000_000),
        Span("ProfilerStep#1", .phase, start: 10_000_000, end: 10_000_900),
    ]

    @Test("the table adds up times by name")
    func table() {
        let table = OperationTable(spans)
        let text = table.text(sortedBy: .selfTime, limit: 3, nameWidth: 12, header: "cycle")
        let rule =
            "------------  ------------  ------------  ------------  ------------  ------------  ------------  "
        #expect(
            text.components(separatedBy: "\n") == [
                rule, "cycle", rule,
                "        Name    Self CPU %      Self CPU   CPU total %     CPU total  CPU time avg    # of Calls  ",
                rule,
                "ProfilerS...        45.00%       4.501ms       100.00%      10.001ms       5.000ms             2  ",
                "convoluti...        20.00%       2.000ms        20.00%       2.000ms       2.000ms             1  ",
                "conv2d ba...        15.00%       1.500ms        15.00%       1.500ms       1.500ms             1  ",
                rule, "Self CPU time total: 10.001ms",
            ])
        #expect(
            table.rows.map { "\($0.name) \($0.selfTime) \($0.totalTime) \($0.calls)" } == [
                "ProfilerStep* 4500900 10000900 2", "train_step 1000000 4000000 1",
                "conv2d 1000000 3000000 1", "convolution forward 2000000 2000000 1",
                "conv2d backward 1500000 1500000 1",
            ])
        let top = table.text(topLevelOnly: true).components(separatedBy: "\n")
        #expect(top.count == 6 && top[3].hasPrefix("ProfilerStep*"))
    }

    @Test("the trace is JSON of complete events")
    func trace() throws {
        let object = try JSONSerialization.jsonObject(with: Data(ChromeTrace.text(spans).utf8))
        let root = try #require(object as? [String: Any])
        let events = try #require(root["traceEvents"] as? [[String: Any]])
        #expect(
            events.map { "\($0["ph"] ?? "") \($0["cat"] ?? "") \($0["name"] ?? "")" } == [
                "X user_annotation ProfilerStep#0", "X user_annotation train_step",
                "X cpu_op conv2d", "X cpu_kernel convolution forward", "X cpu_op conv2d backward",
                "X user_annotation ProfilerStep#1",
            ])
        #expect(events[3]["ts"] as? Double == 1100 && events[3]["dur"] as? Double == 2000)
        let shapes = (events[2]["args"] as? [String: Any])?["Input Dims"] as? [[Int]]
        #expect(shapes == [[2, 3], [4, 3]])
    }

    @Test("a schedule is PyTorch's")
    func schedule() throws {
        let folder = try TemporaryFolder()
        let toy = try Toy(workDirectory: folder.path)
        let runner = try IterBasedRunner(toy.defaults, maxIterations: 12)
        var cycles: [[String]] = []
        let hook = ProfilerHook(
            byEpoch: false, count: 12,
            schedule: ProfilerSchedule(wait: 1, warmup: 1, active: 2, repeats: 2, skipFirst: 1),
            handler: .call { _, spans in
                cycles.append(spans.map(\.name).filter { $0.hasPrefix("ProfilerStep#") })
            })
        try runner.register(hook)
        try runner.run([ToySource(3)], workflow: [("train", 1)])
        #expect(
            cycles == [
                ["ProfilerStep#3", "ProfilerStep#4"], ["ProfilerStep#7", "ProfilerStep#8"],
            ])
        #expect(runner.device.recorder == nil)
    }

    @Test("profiler_config measures the first epoch: phases, operations and their backward passes")
    func firstEpoch() throws {
        let folder = try TemporaryFolder()
        let toy = try Toy(workDirectory: folder.path)
        let path = folder.path + "/trace.json"
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 2)
        try runner.registerTrainingHooks(lrConfig: nil, optimizerConfig: [:])
        try runner.registerProfilerHook([
            "on_trace_ready": ["type": "log_trace", "sort_by": "count", "row_limit": 5],
            "json_trace_path": ConfigNode(.string(path)),
        ])
        #expect(
            runner.registeredHooks.contains { $0.hook is ProfilerHook && $0.priority == .normal })
        try runner.run([ToySource(3)], workflow: [("train", 1)])
        let log = toy.output.contents
        #expect(log.components(separatedBy: "Self CPU time total").count == 2)
        #expect(log.contains(" - INFO - profiler is profiling...\n"))
        #expect(log.contains(" - INFO - the trace of the profiler was saved to \(path)\n"))
        let object = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: path)))
        let events = try #require(
            (object as? [String: Any])?["traceEvents"] as? [[String: Any]])
        let counts = Dictionary(
            events.compactMap { $0["name"] as? String }.map { ($0, 1) }, uniquingKeysWith: +)
        #expect(
            counts == [
                "data loading": 4, "train_step": 3, "backward": 3, "forward backward": 3,
                "SGD.step": 3, "ProfilerStep#0": 1, "ProfilerStep#1": 1, "ProfilerStep#2": 1,
            ])
    }

    @Test("tb_trace writes into the work directory")
    func tensorBoardTrace() throws {
        let folder = try TemporaryFolder()
        let toy = try Toy(workDirectory: folder.path)
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 1)
        try runner.registerProfilerHook([
            "on_trace_ready": ["type": "tb_trace", "worker_name": "w"]
        ])
        try runner.run([ToySource(1)], workflow: [("train", 1)])
        let traces = folder.path + "/tf_tracing_logs"
        #expect(
            toy.lines.contains("tracing files of ProfilerHook will be saved to \(traces)."))
        let names = try FileManager.default.contentsOfDirectory(atPath: traces)
        #expect(names.count == 1)
        #expect(
            names[0].range(of: #"^w\.\d+\.pt\.trace\.json$"#, options: .regularExpression) != nil)
    }

    @Test("operations and kernels of a device are measured only while it has a recorder")
    func kernels() throws {
        let device = try Device(threads: 1)
        let a = try device.tensor([1, 2, 3, 4], shape: [2, 2])
        let parameter = Parameter(a)
        let tape = Tape()
        let context = ForwardContext(
            mode: .training, tape: tape, device: device, random: KeyedRandom(seed: 0))
        let recorder = OperationRecorder(recordsShapes: true)
        device.recorder = recorder
        let output = try linear(Variable(a), weight: tape.variable(parameter), context)
        let loss = try mseLoss(output, Variable(a), reduction: .mean, context)
        try tape.backward(from: loss)
        device.recorder = nil
        _ = try linear(Variable(a), weight: Variable(a), context)
        #expect(
            recorder.spans.map { "\($0.kind) \($0.name) \($0.shapes)" } == [
                "kernel matrix product []", "operation linear [[2, 2], [2, 2]]",
                "operation mseLoss [[2, 2], [2, 2]]", "operation mseLoss backward []",
                "kernel matrix product []", "operation linear backward []",
            ])
    }

    @Test("messages")
    func messages() throws {
        let cases: [(config: ConfigNode, message: String)] = [
            (["profile_iters": 0], "profile_iters: expected a positive number, got 0"),
            (
                ["activities": ["cpu", "tpu"]],
                "activities: \"tpu\" is not a known activity; known: cpu, cuda"
            ),
            (["activities": "cpu"], "activities: expected a list, got the string \"cpu\""),
            (
                ["on_trace_ready": "log_trace"],
                "on_trace_ready: expected a mapping with the type \"log_trace\" or \"tb_trace\", got the string \"log_trace\""
            ),
            (
                ["on_trace_ready": ["type": "trace"]],
                "on_trace_ready.type: \"trace\" is not a known trace handler; known: log_trace, tb_trace"
            ),
            (
                ["on_trace_ready": ["type": "log_trace", "sort_by": "memory"]],
                "on_trace_ready.sort_by: \"memory\" is not a column of the table; known: self_cpu_time_total, cpu_time_total, cpu_time, count"
            ),
            (["with_stack": true], "with_stack: not supported; remove it"),
            (["schedule": ["wait": 1, "warmup": 1]], "schedule.active: required key is missing"),
            (
                ["schedule": ["wait": -1, "warmup": 1, "active": 1]],
                "schedule.wait: expected no negative number, got -1"
            ),
            (
                ["schedule": ["wait": 1, "warmup": 1, "active": 0]],
                "schedule.active: expected a positive number, got 0"
            ),
        ]
        for (config, message) in cases {
            let runner = try EpochBasedRunner(Toy().defaults, maxEpochs: 1)
            let error = #expect(throws: ConfigError.self) {
                try runner.registerProfilerHook(config)
            }
            #expect(error?.description == "profiler_config.\(message)")
        }
        let runner = try EpochBasedRunner(Toy().defaults, maxEpochs: 1)
        try runner.registerProfilerHook(["profile_iters": 2])
        let error = #expect(throws: HookError.self) {
            try runner.run([ToySource(1)], workflow: [("train", 1)])
        }
        #expect(
            error?.description
                == "ProfilerHook (before_run): profiler_config.profile_iters: 2 epochs cannot be measured in a run of 1"
        )
    }
}
