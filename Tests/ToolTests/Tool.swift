import Foundation

/// The built program, run as a user runs it.
struct Tool {
    /// What a finished run left.
    struct Result {
        let output: String
        let errors: String
        let exitCode: Int32
    }

    /// The folder of `Package.swift`.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The program lies beside the test bundle.
    static let program = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent().appendingPathComponent("mmrunner")

    /// The folder in which the tool runs; it goes with the value.
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Runs to the end.
    func callAsFunction(_ arguments: String...) throws -> Result {
        try finish(start(arguments))
    }

    func start(_ arguments: [String], program: URL = Self.program) throws -> (
        process: Process, output: Pipe, errors: String
    ) {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        let output = Pipe()
        process.standardOutput = output
        let errors = "\(folder.path)/stderr-\(UUID().uuidString)"
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        process.standardError = FileHandle(forWritingAtPath: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return (process, output, errors)
    }

    func finish(_ run: (process: Process, output: Pipe, errors: String)) throws -> Result {
        let data = run.output.fileHandleForReading.readDataToEndOfFile()
        run.process.waitUntilExit()
        let errors = try String(contentsOfFile: run.errors, encoding: .utf8)
        return Result(
            output: String(decoding: data, as: UTF8.self), errors: errors,
            exitCode: run.process.terminationStatus)
    }

    /// The digits config with a net so small that a run takes a fraction of a second.
    static let config = "\(root)/configs/digits/resnet18_digits.json"
    static let small = [
        "--cfg-options", "model.backbone.base_channels=4", "model.backbone.stem_channels=4",
        "model.head.in_channels=32", "data.samples_per_gpu=240",
    ]
}

/// A folder of its own that is removed with the value's last copy.
final class ScratchFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "mmrunner-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
    }

    func text(_ file: String) throws -> String {
        try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
    }
}
