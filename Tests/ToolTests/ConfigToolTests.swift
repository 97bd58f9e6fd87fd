import Foundation
import Testing

@Suite("tools/print-config and tools/convert-config")
struct ConfigToolTests {
    @Test("the calendar of a workflow")
    func calendar() throws {
        let result = try Tool()([
            "print-config", "\(Tool.root)/configs/digits/resnet18_digits_workflow.json",
            "--workflow",
            "--cfg-options", "runner.max_epochs=5",
        ])
        #expect(
            result.output == """
                runner: EpochBasedRunner, max: 5 epochs
                workflow: [('train', 2), ('val', 1)]
                train: epochs 1-2
                val: after epoch 2
                train: epochs 3-4
                val: after epoch 4
                train: epoch 5
                val: after epoch 5
                evaluation: after epoch 1, 2, 3, 4, 5
                checkpoints: after epoch 1, 2, 3, 4, 5

                """)
    }

    @Test("changes on the command line, however the workflow is spelled")
    func overrides() throws {
        for spelling in ["workflow=[('train', 2), ('val', 1)]", "workflow=[(train,2),(val,1)]"] {
            let result = try Tool()([
                "print-config", Tool.config, "--cfg-options", spelling, "workflow.0.1=3",
            ])
            #expect(result.output.contains("\"workflow\": [[\"train\", 3], [\"val\", 1]]"))
        }
    }

    @Test("a converted config validates when the original evaluated")
    func conversion() throws {
        let tool = try Tool()
        let converted = try tool(["convert-config", Tool.config, "new.json"])
        #expect(converted.exitCode == 0)
        let again = try tool(["convert-config", Tool.config, "new.json"])
        #expect(again.errors == "new.json: the file exists; pass --force to replace it\n")
        let calendar = try tool(["print-config", "new.json", "--workflow"])
        #expect(
            calendar.output == """
                runner: EpochBasedRunner, max: 20 epochs
                workflow: [('train', 1), ('val', 1)]
                validation: after epoch 1, 2, 3, 4, 5, 6, 7, 8, …, 20 (20 times)

                """)
        let loss = try tool([
            "convert-config", "\(Tool.root)/configs/digits/resnet18_digits_workflow.json",
            "no.json",
        ])
        #expect(loss.exitCode == 64)
        #expect(!FileManager.default.fileExists(atPath: "\(tool.folder.path)/no.json"))
    }
}
