import Experiments
import Foundation

/// A process that has run to its end.
struct FinishedProcess {
    /// From its start to the end of its output.
    let seconds: Double
    let output: String
    let exitCode: Int32

    /// Runs a program, found as the shell finds it.
    init(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        var data = Data()
        seconds = try secondsTaken {
            try process.run()
            data = pipe.fileHandleForReading.readDataToEndOfFile()
        }
        process.waitUntilExit()
        output = String(decoding: data, as: UTF8.self)
        exitCode = process.terminationStatus
    }

    /// Its seconds, if it succeeded.
    func requireSuccess(of program: String) throws -> Double {
        guard exitCode == 0 else {
            throw UsageError("\(program): ended with exit code \(exitCode)")
        }
        return seconds
    }

    /// Runs a line of Python.
    ///
    /// Errors: throws `PeerFailure` where it fails.
    static func python(_ python: String, _ script: String, _ arguments: String...) throws
        -> FinishedProcess
    {
        let run = try FinishedProcess(python, ["-c", script] + arguments)
        guard run.exitCode == 0 else {
            throw PeerFailure(
                program: python,
                reason: run.exitCode == 127
                    ? "no such program" : "exit code \(run.exitCode) of \"\(script)\"",
                concernsAll: true)
        }
        return run
    }
}
