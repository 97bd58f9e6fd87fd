import Foundation
import Testing

@Suite("hooks of configs") struct HookTests {
    private static let gathering =
        #""optimizer_config": {"_delete_": true, "type": "GradientCumulativeOptimizerHook", "cumulative_iters": 4}"#
    private static let averaging =
        #""custom_hooks": [{"type": "EMAHook", "momentum": 0.05, "priority": "ABOVE_NORMAL"}]"#

    /// A config that changes the digits config of that name.
    private func config(_ tool: Tool, _ base: String, _ changes: String...) throws -> String {
        let path = "\(tool.folder.path)/config.json"
        let text =
            #"{"_base_": "\#(Tool.root)/configs/digits/\#(base).json", \#(changes.joined(separator: ", "))}"#
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test(
        "a run that is killed between its steps ends in the same bits, gathering gradients and averaging weights",
        arguments: ["resnet18_digits", "resnet18_digits_iter"])
    func killed(base: String) throws {
        let tool = try Tool()
        let path = try config(tool, base, Self.gathering, Self.averaging)
        let length =
            base.hasSuffix("iter")
            ? ["runner.max_iters=26", "evaluation.interval=9", "checkpoint_config.interval=1"]
            : ["runner.max_epochs=2", "checkpoint_config.interval=1"]
        let settings =
            Tool.small + length + [
                "checkpoint_config.by_epoch=False", "data.samples_per_gpu=80",
                "checkpoint_config.max_keep_ckpts=3",
            ]
        let whole = try tool(["train", path, "--work-dir", "whole"] + settings)
        #expect(whole.exitCode == 0, "\(whole.errors)")
        for number in [5, 11, 18] {
            let work = "killed_\(number)"
            let run = try tool.start(["train", path, "--work-dir", work] + settings)
            while run.process.isRunning, !tool.folder.names(work).contains("iter_\(number).pth") {
                usleep(500)
            }
            kill(run.process.processIdentifier, SIGKILL)
            _ = try tool.finish(run)
            let rest = try tool(
                ["train", path, "--work-dir", work, "--resume-from", "\(work)/latest.pth"]
                    + settings)
            #expect(rest.exitCode == 0, "\(rest.errors)")
            #expect(try tool.weights("\(work)/latest.pth") == tool.weights("whole/latest.pth"))
        }
        let names = try tool.weights("whole/latest.pth").keys
        #expect(names.contains("ema_head_fc_weight"))
        let test = try tool(["test", path, "whole/latest.pth"] + Tool.small)
        #expect(test.exitCode == 0, "\(test.errors)")
    }

    @Test("hooks stand in MMClassification's order")
    func order() throws {
        let tool = try Tool()
        let path = try config(
            tool, "resnet18_digits",
            #""custom_hooks": [{"type": "ClassNumCheckHook"}, {"type": "PreciseBNHook"}, {"type": "EMAHook", "priority": "ABOVE_NORMAL"}]"#
        )
        let run = try tool(
            ["train", path, "--work-dir", "work"] + Tool.small + ["runner.max_epochs=1"])
        #expect(run.exitCode == 0, "\(run.errors)")
        let figures = try JSONSerialization.jsonObject(
            with: Data(
                contentsOf: URL(
                    fileURLWithPath:
                        "\(Tool.root)/Tests/WorkflowRunnerTests/Fixtures/hook_figures.json")))
        let table = (figures as? [String: Any])?["mmcls_table"] as? String ?? "none"
        #expect(
            run.errors.contains("Hooks will be executed in the following order:\n\(table)\n"))
    }

    @Test("fp16 and gathered gradients add up; another kind of hook does not go with fp16")
    func mixedPrecision() throws {
        let tool = try Tool()
        let fp16 = #""fp16": {"loss_scale": 512.0}"#
        let path = try config(tool, "resnet18_digits", Self.gathering, fp16)
        let run = try tool(
            ["train", path, "--work-dir", "work"] + Tool.small + ["runner.max_epochs=1"])
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.errors.contains("(ABOVE_NORMAL) GradientCumulativeFp16OptimizerHook"))
        let other = try config(
            tool, "resnet18_digits", fp16,
            #""optimizer_config": {"_delete_": true, "type": "MyOptimizerHook"}"#)
        let refused = try tool(["train", other, "--work-dir", "other"])
        #expect(refused.exitCode == 64)
        #expect(
            refused.errors.contains(
                "optimizer_config.type: \"MyOptimizerHook\" does not go with fp16; leave one of them out"
            ))
    }

    @Test("what would fail later is found before a folder is made")
    func found() throws {
        let tool = try Tool()
        let cases: [(settings: [String], message: String)] = [
            (
                ["evaluation.save_best=accuracy_top1"],
                "evaluation.save_best: there is no metric \"accuracy_top1\"; known: accuracy_top-1"
            ),
            (
                ["checkpoint_config.out_dir=/dev/null/x"],
                "checkpoint_config.out_dir: /dev/null/x: /dev/null is not a folder; choose another one"
            ),
        ]
        for (settings, message) in cases {
            let run = try tool.train(["--work-dir", "work"], settings)
            #expect(run.exitCode != 0)
            #expect(run.errors.contains(message), "\(run.errors)")
            #expect(tool.folder.names("work") == [])
        }
    }

    @Test("evaluation.by_epoch gives way to a runner that counts iterations, and says so")
    func evaluationByEpoch() throws {
        let tool = try Tool()
        let path = "\(Tool.root)/configs/digits/resnet18_digits_iter.json"
        let run = try tool(
            ["train", path, "--work-dir", "work"] + Tool.small + [
                "runner.max_iters=4", "evaluation.interval=2", "evaluation.by_epoch=True",
            ])
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(
            run.errors.contains(
                "WARNING - evaluation.by_epoch is true, but the runner counts iterations: evaluation.interval counts them too"
            ))
        #expect(run.errors.components(separatedBy: "accuracy_top-1: ").count == 3)
    }
}
