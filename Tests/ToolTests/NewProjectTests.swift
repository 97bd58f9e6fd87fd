import Foundation
import Testing

@Suite("tools/new-project") struct NewProjectTests {
    private static let example = "\(Tool.root)/Tests/ProjectExample"

    @Test("writes the example under another name, which is built with the tests")
    func written() throws {
        let tool = try Tool()
        let made = try tool("new-project", "rings", "--mmrunner", Tool.root)
        #expect(made.exitCode == 0)
        #expect(
            made.output
                == """
                wrote Package.swift
                wrote Sources/rings/MyDataset.swift
                wrote Sources/rings/MyHook.swift
                wrote Sources/rings/MyMetric.swift
                wrote Sources/rings/MyModel.swift
                wrote Sources/rings/main.swift
                wrote config.py
                build and train:
                    cd rings
                    swift run -c release rings train config.py

                """)
        let manifest = try tool.folder.text("rings/Package.swift")
        #expect(
            manifest.contains(
                "dependencies: [.package(name: \"MMRunner\", path: \"\(Tool.root)\")]"))
        #expect(manifest.contains("name: \"rings\", dependencies:"))
        for file in ["main", "MyModel", "MyDataset", "MyMetric", "MyHook"] {
            let own = try String(
                contentsOfFile: "\(Self.example)/Sources/MyProject/\(file).swift", encoding: .utf8)
            #expect(try tool.folder.text("rings/Sources/rings/\(file).swift") == own)
        }
        let again = try tool("new-project", "rings", "--mmrunner", Tool.root)
        #expect(again.exitCode == 64)
        #expect(again.errors == "rings: the folder is not empty; choose another one\n")
        let wrong = try tool("new-project", "1-ring", "--mmrunner", Tool.root)
        #expect(
            wrong.errors
                == "1-ring: \"1-ring\" cannot be the name of a package; use letters, digits, - and _\n"
        )
    }

    @Test("its program trains by its config")
    func trains() throws {
        let tool = try Tool()
        let program = Tool.program.deletingLastPathComponent().appendingPathComponent("MyProject")
        let run = try tool.start(
            ["train", "\(Self.example)/config.py", "--work-dir", "work"], program: program)
        let result = try tool.finish(run)
        #expect(result.exitCode == 0)
        let found = result.errors.matches(of: /Epoch\(val\) \[(\d+)\]\[1\/1\] +my\/accuracy: (\S+)/)
        #expect(found.map { $0.1 } == ["5", "10"])
        #expect(try #require(found.last.flatMap { Double($0.2) }) > 90)
        #expect(result.errors.split(separator: "\n").count { $0.contains("weight norm: ") } == 10)
    }
}
