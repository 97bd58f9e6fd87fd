import Foundation

/// A Python process that does its work each time it is asked to.
///
/// It says what it runs on when it is ready. A line asks for a repetition, and a line with its seconds
/// and the process's peak memory answers. The end of its input ends it.
final class PythonChild: Opponent {
    /// A line from the process.
    private struct Message: Decodable {
        var version: String?
        var seconds: Double?
        var peakBytes: Int?
        var problem: String?
        var isMissing: Bool?

        enum CodingKeys: String, CodingKey {
            case version, seconds, problem
            case peakBytes = "peak_rss_bytes"
            case isMissing = "missing"
        }
    }

    let version: String
    private let python: String
    private let process: Process
    private let requests: FileHandle
    private let answers: LineReader

    /// Starts a program on a Python and waits until it is ready.
    ///
    /// - Parameters:
    ///   - python: The interpreter's name or path.
    ///   - script: What it runs, beside the part that talks.
    ///   - arguments: What the script is told, by name.
    /// - Throws: `PeerFailure`.
    init(_ python: String, _ script: PythonScript, _ arguments: [String: Any]) throws {
        let json = try JSONSerialization.data(withJSONObject: arguments)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python, "-c", script.text]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.python = python
        self.process = process
        requests = input.fileHandleForWriting
        answers = LineReader(output.fileHandleForReading)
        // Through the pipe: an argument that names every file of a large folder would be too long.
        Self.send(json + Data("\n".utf8), to: requests)
        let ready = try Self.message(answers, process, python)
        version = ready.version ?? python
    }

    deinit {
        try? requests.close()
        process.waitUntilExit()
    }

    func step() throws -> Turn {
        Self.send(Data("\n".utf8), to: requests)
        let answer = try Self.message(answers, process, python)
        guard let seconds = answer.seconds else {
            throw PeerFailure(
                program: python, reason: "it answered without a time", concernsAll: false)
        }
        return Turn(seconds: seconds, peakBytes: answer.peakBytes)
    }

    /// A process that is gone is found out by the missing answer; its signal would end this one too.
    private static func send(_ data: Data, to requests: FileHandle) {
        signal(SIGPIPE, SIG_IGN)
        defer { signal(SIGPIPE, SIG_DFL) }
        try? requests.write(contentsOf: data)
    }

    private static func message(_ answers: LineReader, _ process: Process, _ python: String) throws
        -> Message
    {
        guard let line = answers.next() else {
            process.waitUntilExit()
            let code = process.terminationStatus
            let isSignal = process.terminationReason == .uncaughtSignal
            // `env` exits so where it finds no such program.
            let isAbsent = !isSignal && code == 127
            throw PeerFailure(
                program: python,
                reason: isAbsent
                    ? "no such program"
                    : "it ended without an answer (\(isSignal ? "signal" : "exit code") \(code))",
                concernsAll: isAbsent)
        }
        guard let message = try? JSONDecoder().decode(Message.self, from: line) else {
            throw PeerFailure(
                program: python, reason: "it answered \"\(String(decoding: line, as: UTF8.self))\"",
                concernsAll: false)
        }
        if let problem = message.problem {
            throw PeerFailure(
                program: python, reason: problem, concernsAll: message.isMissing == true)
        }
        return message
    }
}

/// Reads a pipe line by line.
private final class LineReader {
    private let handle: FileHandle
    private var buffer = Data()

    init(_ handle: FileHandle) { self.handle = handle }

    /// The next line without its end, waiting for it; nil at the end.
    func next() -> Data? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer = Data(buffer[(end + 1)...]) }
                return Data(buffer[..<end])
            }
            let more = handle.availableData
            if more.isEmpty { return nil }
            buffer += more
        }
    }
}
