import Foundation
import Testing

@Suite("workflows of configs") struct WorkflowTests {
    @Test("a phase finds its data by name, whatever the order and number of entries")
    func v20_phasesFindTheirData() throws {
        let tool = try Tool()
        // 1437 images to train on are 6 batches, 360 to validate on are 2.
        let run = try tool.train(
            ["--work-dir", "work", "--no-validate"],
            [
                "workflow=[(val,1),(train,1),(val,2),(train,1)]", "runner.max_epochs=2",
                "log_config.interval=1",
            ])
        #expect(run.exitCode == 0)
        let rows = run.errors.split(separator: "\n").compactMap { line in
            line.firstMatch(of: /Epoch(?:\(val\))? \[\d+\]\[[\d\/]+\]/).map { String($0.0) }
        }
        let train = (1...2).map { epoch in (1...6).map { "Epoch [\(epoch)][\($0)/6]" } }
        #expect(
            rows == ["Epoch(val) [0][2]"] + train[0] + ["Epoch(val) [1][2]", "Epoch(val) [1][2]"]
                + train[1])
        #expect(run.errors.contains("val phase: loss on data.val, 360 images, own pipeline; "))
    }

    @Test("val_uses_train_pipeline gives the original's augmented and shuffled validation")
    func v20_theOldPipelineIsAnOption() throws {
        let tool = try Tool()
        let settings = [
            "workflow=[(train,1),(val,1)]", "runner.max_epochs=1",
            "data.val_dataloader.samples_per_gpu=100",
        ]
        let own = try tool.train(["--work-dir", "own", "--seed", "1", "--no-validate"], settings)
        let old = try tool.train(
            ["--work-dir", "old", "--seed", "1", "--no-validate"],
            settings + ["val_uses_train_pipeline=True"])
        func row(_ run: Tool.Result) -> String? {
            let line = run.errors.split(separator: "\n").first { $0.contains("Epoch(val)") }
            return line?.firstMatch(of: /Epoch\(val\).*/).map { String($0.0) }
        }
        #expect(row(own)?.hasPrefix("Epoch(val) [1][4]\t") == true)
        #expect(row(old)?.hasPrefix("Epoch(val) [1][2]\t") == true)
        #expect(
            old.errors.contains(
                "val phase: loss on data.val, 360 images, pipeline and loader of data.train; "))
    }

    @Test("what is wrong with a workflow is told at its place in the config")
    func places() throws {
        let tool = try Tool()
        let cases: [(workflow: String, message: String)] = [
            (
                #"[["train", 1], ["vall", 1]]"#,
                #"config.json:3:33: workflow[1][0]: the phase "vall" has no data set data.vall; did you mean "val"?"#
            ),
            (
                #"[["val", 2]]"#,
                #"config.json:3:17: workflow: [('val', 2)] would never end, it has no training phase; add ("train", 1)"#
            ),
            (
                #"[["train", -1]]"#,
                #"config.json:3:28: workflow[0][1]: the count of "train" is negative: -1"#
            ),
            (
                #"[["train", 1], ["test", 1]]"#,
                #"config.json:3:33: workflow[1][0]: the runner has no phase "test"; known: train, val"#
            ),
            (
                #"[["train"]]"#,
                #"config.json:3:18: workflow[0]: expected [phase, count], got a list"#
            ),
        ]
        for (workflow, message) in cases {
            let text = "{\n    \"_base_\": \"\(Tool.config)\",\n    \"workflow\": \(workflow)\n}\n"
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(tool.folder.path)/config.json"))
            let run = try tool(["train", "config.json", "--dry-run"] + Tool.small)
            #expect(run.exitCode == 64)
            #expect(run.errors.split(separator: "\n").first.map(String.init) == message)
        }
    }
}
