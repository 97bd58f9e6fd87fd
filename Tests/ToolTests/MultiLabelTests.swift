import Foundation
import Testing

@Suite("data with several classes a sample") struct MultiLabelTests {
    /// The digits, of which each is even or odd too.
    private static func write(_ phase: String, to tool: Tool) throws {
        let folder = "\(Tool.root)/datasets/digits/\(phase)"
        let entries = try (0..<10).flatMap { digit in
            try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(digit)").sorted()
                .prefix(24).map { file in
                    #"{"img_path": "\#(digit)/\#(file)", "gt_label": [\#(digit), \#(10 + digit % 2)]}"#
                }
        }
        let names = ((0..<10).map { "\"\($0)\"" } + ["\"even\"", "\"odd\""])
        let text =
            "{\"metainfo\": {\"classes\": [\(names.joined(separator: ", "))]}, \"data_list\": [\n"
            + entries.joined(separator: ",\n") + "\n]}"
        try Data(text.utf8).write(
            to: URL(fileURLWithPath: "\(tool.folder.path)/\(phase).json"))
    }

    private static func config(_ evaluation: String) -> String {
        let data = ["train", "val", "test"].map { phase in
            let source = phase == "train" ? "train" : "val"
            return """
                "\(phase)": {"type": "MultiLabelDataset", "ann_file": "\(source).json",
                  "data_prefix": "\(Tool.root)/datasets/digits/\(source)"}
                """
        }
        return """
            {"_base_": "\(Tool.config)", "runner": {"max_epochs": 2},
             "evaluation": {"_delete_": true, "interval": 1, \(evaluation)},
             "data": {"samples_per_gpu": 120, \(data.joined(separator: ", "))},
             "model": {"backbone": {"base_channels": 4, "stem_channels": 4}, "head": {"_delete_": true,
              "type": "MultiLabelLinearClsHead", "num_classes": 12, "in_channels": 32}}}
            """
    }

    @Test("is trained, evaluated by its metrics, and tested")
    func wholeRun() throws {
        let tool = try Tool()
        for phase in ["train", "val"] { try Self.write(phase, to: tool) }
        func write(_ evaluation: String) throws {
            try Data(Self.config(evaluation).utf8).write(
                to: URL(fileURLWithPath: "\(tool.folder.path)/config.json"))
        }
        try write(
            #""metric": ["mAP", "CP", "OF1"], "metric_options": {"k": 2}, "save_best": "mAP""#)
        let run = try tool("train", "config.json", "--work-dir", "work")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.errors.contains("evaluation: mAP, CP, OF1, every epoch"))
        let names = tool.folder.names("work")
        #expect(names.contains { $0.hasPrefix("best_mAP_epoch_") })
        let log = try #require(names.first { $0.hasSuffix(".log.json") })
        let row = try tool.folder.text("work/\(log)").split(separator: "\n").last
        #expect(row?.contains(/"mAP": [\d.]+, "CP": [\d.]+, "OF1": [\d.]+/) == true)
        let wanted = ["--metrics", "CF1", "mAP", "OR", "--metric-options", "thr=0.3"]
        let test = try tool(
            ["test", "config.json", "work/latest.pth", "--out", "a.pkl"] + wanted)
        #expect(test.exitCode == 0, "\(test.errors)")
        let printed = test.output.split(separator: "\n").filter { $0.contains(" : ") }
        #expect(printed.map { $0.prefix { $0 != " " } } == ["mAP", "CF1", "OR"])
        let again = try tool(["eval-metric", "config.json", "a.pkl"] + wanted)
        #expect(again.output.split(separator: "\n").filter { $0.contains(" : ") } == printed)
        let other = try tool(
            "test", "config.json", "work/latest.pth", "--metrics", "accuracy")
        #expect(other.exitCode == 64)
        #expect(
            other.errors.hasPrefix(
                "--metrics: evaluation.metric: \"accuracy\" is not a known metric of multi-label "
                    + "data sets; known: mAP, CP, CR, CF1, OP, OR, OF1"))
        try write(#""metric": "mAP", "save_best": "CF1""#)
        let unknown = try tool("train", "config.json", "--work-dir", "other")
        #expect(unknown.exitCode == 64)
    }
}
