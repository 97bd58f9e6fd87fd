import Foundation
import Testing

@Suite("tools/convert-config") struct ConversionToolTests {
    private static let config = "\(Tool.root)/configs/digits/resnet18_digits_workflow.json"

    @Test("the report is printed, and stands in the file as comments or beside JSON")
    func reports() throws {
        let tool = try Tool()
        let python = try tool("convert-config", Self.config, "new.py")
        #expect(python.exitCode == 0 && python.errors == "")
        #expect(python.output.hasPrefix("from                              to        "))
        #expect(python.output.hasSuffix("\n\nwritten: new.py\n"))
        let table = python.output.components(separatedBy: "\n\n")[0]
        let comments = table.split(separator: "\n").map { "# \($0)" }.joined(separator: "\n")
        let text = try tool.folder.text("new.py")
        #expect(
            text.hasPrefix(
                """
                # Converted from resnet18_digits_workflow.json to the new style by tools/convert-config.
                # What is not the same under the same name:
                #
                \(comments)

                model = dict(

                """))
        let json = try tool("convert-config", Self.config, "new.json")
        #expect(json.output.hasSuffix("\n\nwritten: new.json, new.report.txt\n"))
        #expect(try tool.folder.text("new.report.txt").hasSuffix("\n\n\(table)\n"))
        _ = try tool("convert-config", Self.config, "new.yaml")
        for name in ["new.json", "new.yaml"] {
            let difference = try tool("print-config", "new.py", "--diff", name)
            #expect(difference.output == "no differences\n")
        }
    }

    @Test("there and back, and in another notation")
    func back() throws {
        let tool = try Tool()
        _ = try tool("convert-config", Self.config, "new.py")
        let back = try tool("convert-config", "new.py", "legacy.json", "--to", "legacy")
        #expect(back.exitCode == 0, "\(back.errors)")
        _ = try tool("convert-config", "legacy.json", "again.py")
        #expect(
            try tool("print-config", "new.py", "--diff", "again.py").output == "no differences\n")
        let kept = try tool("convert-config", Self.config, "kept.yaml", "--to", "keep")
        #expect(kept.output == "written: kept.yaml\n")
        #expect(
            try tool("print-config", Self.config, "--diff", "kept.yaml").output
                == "no differences\n")
    }

    @Test("bases are kept as files beside the output", arguments: ["new", "keep"])
    func bases(target: String) throws {
        let tool = try Tool()
        let run = ["convert-config", Self.config, "out/digits/mine.py", "--to", target]
        for folder in ["digits", "_base_/models", "_base_/datasets", "_base_/schedules"] {
            try FileManager.default.createDirectory(
                atPath: "\(tool.folder.path)/out/\(folder)", withIntermediateDirectories: true)
        }
        let kept = try tool(run + ["--keep-bases"])
        #expect(kept.exitCode == 0, "\(kept.errors)")
        #expect(tool.folder.names("out/_base_/models") == ["resnet18_cifar.py"])
        #expect(tool.folder.names("out/digits") == ["mine.py", "resnet18_digits.py"])
        let child = try tool.folder.text("out/digits/mine.py").split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
        #expect(child.first == "_base_ = \"resnet18_digits.py\"")
        #expect(child.count == (target == "new" ? 1 : 2), "\(child)")
        _ = try tool(["convert-config", Self.config, "flat.py", "--to", target])
        let difference = try tool("print-config", "flat.py", "--diff", "out/digits/mine.py")
        #expect(difference.output == "no differences\n")
        // Bases that say the same are there already.
        let again = try tool(run + ["--keep-bases", "--force"])
        #expect(again.output.hasSuffix("written: out/digits/mine.py\n"))
    }

    @Test("both train to the same bits")
    func check() throws {
        let tool = try Tool()
        let small = """
            _base_ = '\(Tool.config)'
            model = dict(
                backbone=dict(base_channels=4, stem_channels=4), head=dict(in_channels=32))
            data = dict(samples_per_gpu=240)

            """
        try small.write(
            toFile: "\(tool.folder.path)/mine.py", atomically: true, encoding: .utf8)
        let result = try tool("convert-config", "mine.py", "new.py", "--check", "2")
        #expect(result.output.hasSuffix("check: same bits for 2 iterations\n"), "\(result.errors)")
    }

    @Test("nothing is written where something is wrong")
    func refusals() throws {
        let tool = try Tool()
        _ = try tool("convert-config", Self.config, "new.py")
        let there = try tool("convert-config", Self.config, "new.py")
        #expect(there.errors == "new.py: the file exists; pass --force to replace it\n")
        #expect(there.exitCode == 64)
        #expect(try tool("convert-config", Self.config, "new.py", "--force").exitCode == 0)
        let twice = try tool("convert-config", "new.py", "newer.py")
        #expect(
            twice.errors
                == "new.py: this is a new-style config already; pass --to legacy, or --to keep for another notation\n"
        )
        let ending = try tool("convert-config", Self.config, "new.toml")
        #expect(ending.errors == "new.toml: configs are written as .py, .json, .yaml and .yml\n")
        let folder = try tool("convert-config", Self.config, "nowhere/new.json")
        #expect(
            folder.errors
                == "nowhere/new.json: cannot write: no such file or directory\n")
        #expect(tool.folder.names("").filter { $0.hasPrefix("new") } == ["new.py"])
    }

    @Test("README's migration is what the tool does")
    func readme() throws {
        let readme = try String(contentsOfFile: "\(Tool.root)/README.md", encoding: .utf8)
        let section = try #require(
            readme.components(separatedBy: "\n## ").first { $0.hasPrefix("From the old style") })
        let blocks = section.components(separatedBy: "```").enumerated()
            .filter { $0.offset % 2 == 1 }.map(\.element)
        #expect(blocks.count == 4)
        let tool = try Tool()
        try blocks[0].dropFirst("python\n".count).write(
            toFile: "\(tool.folder.path)/mine.py", atomically: true, encoding: .utf8)
        try FileManager.default.createSymbolicLink(
            atPath: "\(tool.folder.path)/configs", withDestinationPath: "\(Tool.root)/configs")
        let words = blocks[1].split(whereSeparator: \.isWhitespace).map(String.init)
        #expect(words.first == "tools/convert-config")
        let result = try tool(Array(["convert-config"] + words.dropFirst()))
        #expect(result.exitCode == 0, "\(result.errors)")
        func lines(_ text: some StringProtocol) -> [String] {
            text.split(separator: "\n").map {
                String($0.reversed().drop { $0 == " " }.reversed())
            }
        }
        #expect(lines(blocks[2]) == lines(result.output))
        let text = try tool.folder.text("mine_new.py")
        #expect(text.contains(blocks[3].dropFirst("python\n".count)))
    }
}
