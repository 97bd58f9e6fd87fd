import Foundation
import Testing
import TorchFile

@Suite("tools/get-flops, tools/verify-dataset, tools/kfold-cross-valid") struct DataToolTests {
    @Test("counts are printed as the original prints them, or exactly")
    func flops() throws {
        let tool = try Tool()
        let run = try tool("get-flops", Tool.config, "--shape", "32")
        #expect(run.exitCode == 0, "\(run.errors)")
        let line = String(repeating: "=", count: 30)
        #expect(
            run.output == """
                \(line)
                Input shape: (3, 32, 32)
                Flops: 0.04 GFLOPs
                Params: 701.47 k
                \(line)

                """)
        let exact = try tool(
            "get-flops", Tool.config, "--shape", "16", "24", "--format", "json")
        #expect(exact.output.contains("\"input_shape\": [3, 16, 24], \"flops\": "))
    }

    @Test("broken images are listed, each once")
    func verification() throws {
        let tool = try Tool()
        let folder = "\(tool.folder.path)/data"
        for name in ["0", "1"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            let source = "\(Tool.root)/datasets/digits/train/\(name)"
            for file in try FileManager.default.contentsOfDirectory(atPath: source).sorted()
                .prefix(80)
            {
                try FileManager.default.copyItem(
                    atPath: "\(source)/\(file)", toPath: "\(folder)/\(name)/\(file)")
            }
        }
        let settings = [
            "--cfg-options", "data.val.data_prefix=data", "data.val.type=CustomDataset",
        ]
        let verify = ["verify-dataset", Tool.config, "--phase", "val"] + settings
        try Data("an old list".utf8).write(
            to: URL(fileURLWithPath: "\(tool.folder.path)/brokenfiles.log"))
        let whole = try tool(verify)
        #expect(whole.exitCode == 0, "\(whole.errors)")
        #expect(whole.output == "no broken files\n")
        #expect(!tool.folder.names("").contains("brokenfiles.log"))
        try Data().write(to: URL(fileURLWithPath: "\(folder)/0/empty.png"))
        try Data("text".utf8).write(to: URL(fileURLWithPath: "\(folder)/1/text.png"))
        let broken = try tool(verify + ["--num-process", "3", "--out-path", "list.txt"])
        #expect(broken.exitCode == 0, "\(broken.errors)")
        #expect(broken.output.hasSuffix("2 broken files, their names are in list.txt\n"))
        #expect(try tool.folder.text("list.txt") == "data/0/empty.png\ndata/1/text.png\n")
    }

    @Test("each part validates a run of its own; an interrupted one goes on with the same parts")
    func crossValidation() throws {
        let tool = try Tool()
        let settings = Tool.small + ["runner.max_epochs=1"]
        let run = try tool(
            ["kfold-cross-valid", Tool.config, "--num-splits", "3", "--work-dir", "whole"]
                + ["--seed", "5"] + settings)
        #expect(run.exitCode == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 7)
        #expect(lines[0] == "3-fold Cross-validation Summary")
        #expect(lines[1].split(separator: " ") == ["Fold", "accuracy_top-1", "Epoch", "Date"])
        #expect(lines[5].hasPrefix("mean") && lines[6].hasPrefix("std"))
        #expect(run.errors.contains("-------- Cross-validation: [2/3] -------- "))
        #expect(tool.folder.names("whole") == ["fold0", "fold1", "fold2"])
        #expect(tool.folder.names("whole/fold1").contains("resnet18_digits_fold1.json"))
        let meta = try TorchFile.read(path: "\(tool.folder.path)/whole/fold2/latest.pth")["meta"]
        #expect(meta?["kfold"]?["fold"]?.int == 2 && meta?["kfold"]?["num_splits"]?.int == 3)
        #expect(meta?["seed"]?.int == 7)
        // One part, then the others: --resume-from knows seed and part.
        let one = try tool(
            ["kfold-cross-valid", Tool.config, "--num-splits", "3", "--work-dir", "parts"]
                + ["--seed", "5", "--fold", "0"] + settings)
        #expect(one.exitCode == 0 && one.output.isEmpty, "\(one.errors)")
        let rest = try tool(
            ["kfold-cross-valid", Tool.config, "--num-splits", "3", "--work-dir", "parts"]
                + ["--resume-from", "parts/fold0/latest.pth"] + settings)
        #expect(rest.exitCode == 0, "\(rest.errors)")
        #expect(
            try tool.weights("parts/fold2/latest.pth") == tool.weights("whole/fold2/latest.pth"))
        let summary = try tool(
            ["kfold-cross-valid", Tool.config, "--num-splits", "3", "--work-dir", "parts"]
                + ["--summary"])
        #expect(summary.output.split(separator: "\n").count == 7)
        let other = try tool(
            ["kfold-cross-valid", Tool.config, "--num-splits", "4", "--work-dir", "parts"]
                + ["--resume-from", "parts/fold0/latest.pth"] + settings)
        #expect(other.exitCode == 64)
        #expect(
            other.errors
                == "--resume-from: parts/fold0/latest.pth: is of a cross-validation with 3 parts, not "
                + "4; use --num-splits 3\n")
    }
}
