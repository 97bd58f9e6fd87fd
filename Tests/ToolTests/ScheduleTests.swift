import Foundation
import Testing
import TorchFile

@Suite("schedules of a whole run")
struct ScheduleTests {
    private static let config = """
        {"_base_": "\(Tool.config)",
         "optimizer": {"momentum": 0.5},
         "lr_config": {"_delete_": true, "policy": "OneCycle", "max_lr": 0.2, "pct_start": 0.4},
         "momentum_config": {"policy": "OneCycle", "base_momentum": 0.7, "max_momentum": 0.9},
         "log_config": {"interval": 1}, "runner": {"max_epochs": 2}}
        """

    /// What MMCV 1.7.2 gives for 2 epochs of 6 iterations, rounded as in its JSON log.
    private static let rates = [
        0.008, 0.03898, 0.11193, 0.17976, 0.19962, 0.1866, 0.15736, 0.11737, 0.07412, 0.03572,
        0.00937, 0,
    ]

    private func write(_ text: String, _ tool: Tool) throws -> String {
        let path = "\(tool.folder.path)/one_cycle.json"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test("one cycle of learning rate and momentum, logged and resumed")
    func oneCycle() throws {
        let tool = try Tool()
        let path = try write(Self.config, tool)
        let whole = try tool(["train", path, "--work-dir", "whole"] + Tool.small)
        #expect(whole.exitCode == 0)
        #expect(
            whole.errors.contains("(VERY_HIGH   ) OneCycleLrUpdaterHook")
                && whole.errors.contains("(HIGH        ) OneCycleMomentumUpdaterHook"))
        let log = try #require(tool.folder.names("whole").first { $0.hasSuffix(".log.json") })
        let rows = try tool.folder.text("whole/\(log)").split(separator: "\n")
            .filter { $0.hasPrefix(#"{"mode": "train""#) }
            .compactMap { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
        #expect(rows.map { $0["lr"] as? Double } == Self.rates)
        #expect(rows.allSatisfy { $0["momentum"] == nil })
        let group = try group("whole/epoch_1.pth", tool)
        #expect(abs((group["momentum"]?.double ?? 0) - 0.7376510198141266) < 1e-12)
        #expect(group["base_momentum"]?.double == 0.7 && group["max_momentum"]?.double == 0.9)

        let resumed = try tool(
            ["train", path, "--work-dir", "parts", "--resume-from", "whole/epoch_1.pth"]
                + Tool.small)
        #expect(resumed.exitCode == 0)
        #expect(!resumed.errors.contains("the config counts"))
        #expect(try tool.weights("parts/latest.pth") == tool.weights("whole/latest.pth"))
    }

    private func group(_ file: String, _ tool: Tool) throws -> TorchDictionary {
        let checkpoint = try TorchFile.read(path: "\(tool.folder.path)/\(file)")
        let groups = checkpoint["optimizer"]?["param_groups"]?.elements
        return try #require(groups?.first?.dictionary)
    }

    @Test(
        "a schedule that does not fit the run is refused with its place before anything is written")
    func unfit() throws {
        let tool = try Tool()
        let path = try write(
            Self.config.replacingOccurrences(of: "\"pct_start\": 0.4", with: "\"total_steps\": 5"),
            tool)
        for options in [["--dry-run"], ["--work-dir", "work"]] {
            let run = try tool(["train", path] + options + Tool.small)
            #expect(run.exitCode == 64)
            #expect(
                run.errors.hasPrefix(
                    "\(path):3:86: lr_config.total_steps: the cycle has 5 steps, the run has 12; raise it to at least 12, or leave it out\n"
                ))
        }
        #expect(!tool.folder.names("").contains("work"))
    }
}
