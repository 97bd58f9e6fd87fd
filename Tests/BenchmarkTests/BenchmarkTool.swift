import Foundation

/// The built program, run as a user runs it.
struct BenchmarkTool {
    /// What a finished run left.
    struct Result {
        let output: String
        let errors: String
        let exitCode: Int32

        var lines: [String] { output.split(separator: "\n").map(String.init) }

        /// The objects of a JSON report.
        var objects: [[String: Any]] {
            lines.compactMap {
                try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
        }
    }

    /// A folder for the run's files.
    let folder = URL(fileURLWithPath: NSTemporaryDirectory())
        .appendingPathComponent("benchmark-tests-\(UUID().uuidString)")

    /// A step that takes milliseconds.
    static let tinyStep = ["--preset", "digits", "--batch", "2", "--warmup", "1", "--repeats", "2"]

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func callAsFunction(_ arguments: [String]) throws -> Result {
        let process = Process()
        // The program lies beside the test bundle.
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
            .deletingLastPathComponent().appendingPathComponent("Benchmarks")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        // As tools/launch has it: tests run beside each other, on fewer cores than threads.
        var environment = ProcessInfo.processInfo.environment
        environment["OPENBLAS_CORETYPE"] = nil
        environment["GOMP_SPINCOUNT"] = environment["GOMP_SPINCOUNT"] ?? "1000"
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        let errors = folder.appendingPathComponent("stderr")
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Result(
            output: String(decoding: data, as: UTF8.self),
            errors: try String(contentsOf: errors, encoding: .utf8),
            exitCode: process.terminationStatus)
    }

    /// A program in place of Python.
    func script(_ lines: String...) throws -> String {
        let file = folder.appendingPathComponent("python-\(UUID().uuidString)")
        let text = (["#!/bin/sh"] + lines).joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        return file.path
    }
}

/// A Python with torch, for the tests that need one: the one `BENCHMARK_PYTHON` names, or `python3`.
enum TorchPython {
    static let path = ProcessInfo.processInfo.environment["BENCHMARK_PYTHON"] ?? "python3"

    static let isThere: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [path, "-c", "import torch"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()
}
