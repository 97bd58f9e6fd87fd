import Foundation
import Testing

@Suite("what a training run logs")
struct LogTests {
    @Test("A9, R18: the lines at the start; curves and the profile of a config lie in the work dir")
    func start() throws {
        let tool = try Tool()
        let config = """
            {"_base_": "\(Tool.config)", "runner": {"max_epochs": 1},
             "log_config": {"interval": 2, "hooks":
                [{"type": "TextLoggerHook"}, {"type": "TensorboardLoggerHook"}]},
             "profiler_config": {"on_trace_ready": {"type": "tb_trace"}}}
            """
        try Data(config.utf8).write(to: URL(fileURLWithPath: tool.folder.path + "/logs.json"))
        let run = try tool(["train", "logs.json", "--seed", "3"] + Tool.small)
        #expect(run.exitCode == 0)
        let lines = run.errors.split(separator: "\n", omittingEmptySubsequences: false).map {
            line in
            line.range(of: " - mmrunner - INFO - ").map { String(line[$0.upperBound...]) }
                ?? String(line)
        }
        let rule = String(repeating: "-", count: 60)
        #expect(Array(lines.prefix(3)) == ["Environment info:", rule, "sys.platform: linux"])
        let folder = tool.folder.path + "/work_dirs/logs"
        let expected = [
            "Distributed training: False", "Config:", "model = dict(",
            "Set random seed to 3, deterministic: True",
            "Hooks will be executed in the following order:",
            "workflow: [('train', 1)], max: 1 epochs",
            "tracing files of ProfilerHook will be saved to \(folder)/tf_tracing_logs.",
            "profiler is profiling...",
        ]
        #expect(lines.filter(expected.contains) == expected)
        #expect(
            lines.contains {
                $0.hasPrefix("Start running, host: ") && $0.hasSuffix("work_dir: \(folder)")
            })
        #expect(tool.folder.names("work_dirs/logs/tf_tracing_logs").count == 1)
        let events = tool.folder.names("work_dirs/logs/tf_logs")
        #expect(events.count == 1 && events[0].hasPrefix("events.out.tfevents."))
    }
}
