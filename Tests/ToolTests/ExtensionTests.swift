import Foundation
import Testing

/// The package of a user's under `Tests/ExtensionExample`, whose program is built with the tests.
@Suite("a program with components of its own") struct ExtensionTests {
    private static let folder = "\(Tool.root)/Tests/ExtensionExample"

    private func run(_ tool: Tool, _ arguments: [String]) throws -> (errors: String, code: Int32) {
        let process = Process()
        process.executableURL = Tool.program.deletingLastPathComponent()
            .appendingPathComponent("ExtensionExample")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: tool.folder.path)
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let data = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: data, as: UTF8.self), process.terminationStatus)
    }

    @Test("its commands train with its hook, policy, data set, transform, model, runner and phase")
    func training() throws {
        let tool = try Tool()
        let trained = try run(tool, ["train", "\(Self.folder)/stripes.json", "--work-dir", "work"])
        #expect(trained.code == 0)
        #expect(
            trained.errors.contains(
                "workflow: [('train', 2), ('refine', 1), ('val', 1)], max: 5 epochs"))
        let rows = trained.errors.split(separator: "\n").compactMap { line in
            line.firstMatch(of: /Epoch(?:\((\w+)\))? \[(\d+)\]\[([\d\/]+)\]/).map {
                "\($0.1 ?? "train") \($0.2) \($0.3)"
            }
        }
        #expect(
            rows == [
                "train 1 1/8", "train 1 4/8", "train 1 8/8", "train 2 4/8", "train 2 8/8",
                "refine 3 4/4", "val 3 4",
                "train 4 4/8", "train 4 8/8", "train 5 4/8", "train 5 8/8", "val 5 4", "val 5 4",
            ])
        #expect(
            trained.errors.contains("lr: 1.000e-01") && trained.errors.contains("lr: 6.250e-03"))
        #expect(trained.errors.split(separator: "\n").count { $0.contains("weight norm: ") } == 5)
        #expect(trained.errors.contains("accuracy: 100.0000"))
        let resumed = try run(
            tool,
            [
                "train", "\(Self.folder)/stripes.json", "--work-dir", "work", "--resume-from",
                "work/epoch_3.pth",
            ])
        #expect(resumed.code == 0)
        let wrong = try run(
            tool, ["train", "\(Self.folder)/stripes.json", "--cfg-options", "model.type=TinyNett"])
        #expect(wrong.code == 64)
        #expect(
            wrong.errors
                == "--cfg-options: model.type: \"TinyNett\" is not a known classifier; did you mean \"TinyNet\"?\n"
        )
    }

    @Test("README quotes it")
    func readme() throws {
        let source = try String(
            contentsOfFile: "\(Self.folder)/Sources/ExtensionExample/main.swift", encoding: .utf8)
        let manifest = try String(contentsOfFile: "\(Self.folder)/Package.swift", encoding: .utf8)
        let readme = try String(contentsOfFile: "\(Tool.root)/README.md", encoding: .utf8)
        let blocks = readme.components(separatedBy: "```swift\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(blocks.contains(source))
        #expect(
            blocks.contains { !$0.isEmpty && manifest.contains($0) },
            "the lines of Package.swift that README shows are not the example's")
    }
}
