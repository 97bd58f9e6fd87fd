import Foundation
import Testing
import TorchFile

@Suite("resuming with tools/train") struct ResumeTests {
    @Test("--auto-resume passes over a damaged checkpoint and says so")
    func damaged() throws {
        let tool = try Tool()
        let nothing = try tool.train(
            ["--work-dir", "work", "--auto-resume"], ["runner.max_epochs=3"])
        #expect(nothing.exitCode == 0)
        #expect(
            nothing.errors.contains(
                "INFO - --auto-resume: there is no checkpoint to continue in work\n"))
        let expected = try tool.ending("work/latest.pth")
        let path = "\(tool.folder.path)/work/epoch_3.pth"
        let bytes = try #require(FileManager.default.contents(atPath: path))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))

        let rest = try tool.train(
            ["--work-dir", "work", "--auto-resume"], ["runner.max_epochs=3"])
        #expect(rest.exitCode == 0)
        #expect(
            rest.errors.contains(
                "WARNING - passed over: work/epoch_3.pth: the archive's end is missing; the file is damaged: copy it again or use another checkpoint\n"
            ))
        #expect(rest.errors.contains("INFO - --auto-resume: continuing work/epoch_2.pth\n"))
        #expect(try tool.ending("work/latest.pth") == expected)
    }

    @Test("P8: what the config says now counts, key by key, and the log says so")
    func changedConfig() throws {
        let tool = try Tool()
        #expect(try tool.train(["--work-dir", "work"], ["runner.max_epochs=1"]).exitCode == 0)
        let rest = try tool.train(
            ["--work-dir", "rest", "--resume-from", "work/latest.pth"],
            [
                "runner.max_epochs=2", "optimizer.lr=0.05", "optimizer.weight_decay=0.001",
                "log_level=WARNING", "lr_config.step=[1]", "optimizer_config.grad_clip.max_norm=1",
            ])
        #expect(rest.exitCode == 0)
        let lines = rest.errors.split(separator: "\n").map(String.init)
        let heading = try #require(
            lines.firstIndex { $0.hasSuffix("the config differs from the checkpoint's:") })
        #expect(
            lines[heading...].dropFirst().prefix { $0.hasPrefix("    ") } == [
                "    --cfg-options: optimizer.lr: was 0.1, is 0.05; counts from the next step",
                "    --cfg-options: optimizer.weight_decay: was 0.0005, is 0.001; counts from the next step",
                "    --cfg-options: optimizer_config.grad_clip: was null, is {\"max_norm\": 1}; counts from the next step",
                "    --cfg-options: lr_config.step: was [12, 17], is [1]; the schedule follows it from the next step, as if it had always been so",
                "    --cfg-options: runner.max_epochs: was 1, is 2; the run ends there, and schedules reach to it",
            ])
        let saved = try TorchFile.read(path: "\(tool.folder.path)/rest/latest.pth")
        let group = saved["optimizer"]?["param_groups"]?.elements?.first
        #expect(group?["initial_lr"]?.double == 0.05)
        #expect(group?["lr"]?.double.map { abs($0 - 0.005) < 1e-12 } == true)
        #expect(group?["weight_decay"]?.double == 0.001)
        #expect(group?["momentum"]?.double == 0.9)
    }

    @Test(
        "a difference in a file is named with its line, and a key that is gone with its mapping's")
    func changedFile() throws {
        let tool = try Tool()
        let text = """
            {
                "_base_": "\(Tool.config)",
                "runner": {"max_epochs": 1},
                "checkpoint_config": {"max_keep_ckpts": 3}
            }
            """
        let path = "\(tool.folder.path)/mine.json"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try tool(["train", "mine.json"] + Tool.small).exitCode == 0)
        try text.replacingOccurrences(of: "{\"max_keep_ckpts\": 3}", with: "{\"interval\": 2}")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let rest = try tool(["train", "mine.json", "--auto-resume"] + Tool.small)
        #expect(rest.exitCode == 0)
        let place = "    mine.json:4:"
        #expect(
            rest.errors.split(separator: "\n").map(String.init).filter { $0.hasPrefix(place) } == [
                place + "39: checkpoint_config.interval: was 1, is 2; counts from now on",
                place
                    + "26: checkpoint_config.max_keep_ckpts: was 3, is not set; counts from now on",
            ])
    }

    @Test("a run without a seed of its own goes on with the seed it drew")
    func drawnSeed() throws {
        let tool = try Tool()
        let settings = ["seed=None", "runner.max_epochs=2"]
        #expect(try tool.train(["--work-dir", "work"], settings).exitCode == 0)
        let rest = try tool.train(
            ["--work-dir", "rest", "--resume-from", "work/epoch_1.pth"], settings)
        #expect(rest.exitCode == 0)
        #expect(try tool.ending("rest/latest.pth") == tool.ending("work/latest.pth"))
        let other = try tool.train(
            ["--work-dir", "other", "--resume-from", "work/epoch_1.pth", "--seed", "5"], settings)
        #expect(other.errors.contains("this one has 5: augmentation and dropout follow it"))
    }

    @Test("weights of a work dir can start a new run in the same one; out_dir is guarded too")
    func sameFolder() throws {
        let tool = try Tool()
        let short = ["runner.max_epochs=1", "checkpoint_config.out_dir=out"]
        #expect(try tool.train(["--work-dir", "a/work"], short).exitCode == 0)
        let second = try tool.train(
            ["--work-dir", "b/work", "--load-from", "out/work/epoch_1.pth"], short)
        #expect(second.exitCode == 0)
        #expect(
            second.errors.contains("load checkpoint from local path: out/work/epoch_1.pth\n"))
        #expect(
            second.errors.contains(
                "files of an earlier run were moved to \(tool.folder.path)/out/work/"))
    }

    @Test("Pretrained and names of the originals' caches")
    func pretrained() throws {
        let tool = try Tool()
        #expect(try tool.train(["--work-dir", "work"], ["runner.max_epochs=1"]).exitCode == 0)
        let own = try tool.train(
            ["--work-dir", "own", "--no-validate"],
            [
                "runner.max_epochs=1", "model.backbone.init_cfg.type=Pretrained",
                "model.backbone.init_cfg.checkpoint=work/epoch_1.pth",
                "model.backbone.init_cfg.prefix=backbone.",
            ])
        #expect(own.exitCode == 0)
        #expect(own.errors.contains("INFO - load backbone. in model from: work/epoch_1.pth\n"))
        let absent = try tool.startShell(
            "export HOME=/nowhere; unset XDG_CACHE_HOME TORCH_HOME MMCV_HOME; exec \"$@\"",
            ["train", Tool.config, "--cfg-options", "model.pretrained=torchvision://resnet18"])
        let result = try tool.finish(absent)
        #expect(result.exitCode == 65)
        #expect(
            result.errors
                == "torchvision://resnet18: it has not been downloaded to this machine; get it with: "
                + "curl -fL --create-dirs -o /nowhere/.cache/torch/hub/checkpoints/resnet18-f37072fd.pth "
                + "https://download.pytorch.org/models/resnet18-f37072fd.pth\n")
    }

    @Test("publish-model strips and names by content")
    func publishing() throws {
        let tool = try Tool()
        #expect(try tool.train(["--work-dir", "work"], ["runner.max_epochs=1"]).exitCode == 0)
        let run = try tool("publish-model", "work/latest.pth", "model.pth")
        #expect(run.exitCode == 0)
        let name = try #require(tool.folder.names("").first { $0.hasPrefix("model_") })
        #expect(run.output == "Successfully generated the publish-ckpt as \(name).\n")
        let digest = try tool.runShell("sha256sum \(name)", []).output.prefix(8)
        #expect(name.wholeMatch(of: /model_\d{8}-[0-9a-f]{8}\.pth/) != nil)
        #expect(name.hasSuffix("-\(digest).pth"))
        let published = try TorchFile.read(path: "\(tool.folder.path)/\(name)")
        #expect(published.dictionary?.names == ["meta", "state_dict"])
        #expect(try tool.weights(name) == tool.weights("work/latest.pth"))
        let test = try tool(["test", Tool.config, name] + Tool.small)
        #expect(test.exitCode == 0)
        let nowhere = try tool("publish-model", "work/latest.pth", "nowhere/model")
        #expect(nowhere.exitCode == 64)
        #expect(
            nowhere.errors
                == "nowhere/model: there is no folder \(tool.folder.path)/nowhere; make it first\n")
    }
}
