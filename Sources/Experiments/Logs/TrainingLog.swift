import ConfigCore
import Foundation
import ImageData
import WorkflowRunner

/// The rows of a training's log: MMCV's `.log.json`, or `scalars.json` as MMEngine writes it.
public struct TrainingLog: Sendable {
    /// What was logged at one time.
    struct Row: Sendable {
        /// Whether it is of training; else of a validation.
        let isTraining: Bool
        let epoch: Int?
        let iteration: Int?
        /// What MMEngine counts a validation by.
        let step: Int?
        /// The numbers by name; those that are no numbers are left out.
        let numbers: [String: Double]
    }

    /// The file.
    public let path: String
    let rows: [Row]
    /// Whether a line is missing its end, as after a crash.
    public let isCut: Bool

    /// Reads a log.
    ///
    /// - Parameter path: The file, or a work directory, whose newest log is meant.
    /// - Throws: `UsageError` where there is none, `DataError` for a file that is no log.
    public init(_ path: String) throws {
        let file = try Self.file(path)
        guard let data = FileManager.default.contents(atPath: file) else {
            throw UsageError("\(file): cannot be read; check its permissions")
        }
        let lines = data.split(separator: UInt8(ascii: "\n"))
        var rows: [Row] = []
        var isCut = false
        for (number, line) in lines.enumerated() {
            do {
                let node = try ConfigNode(json: Array(line), name: "\(file), line \(number + 1)")
                if let row = Row(node) { rows.append(row) }
            } catch {
                guard number == lines.count - 1, !rows.isEmpty else {
                    throw DataError(
                        file: file,
                        reason: "line \(number + 1) is not JSON; name a .log.json or scalars.json",
                        kind: .unfit)
                }
                isCut = true
            }
        }
        guard !rows.isEmpty else {
            throw DataError(
                file: file, reason: "holds no rows of a training or validation", kind: .unfit)
        }
        self.path = file
        self.rows = rows
        self.isCut = isCut
    }

    /// The file that a path means.
    private static func file(_ path: String) throws -> String {
        var isFolder = ObjCBool(false)
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw UsageError("\(path): no such file")
        }
        guard isFolder.boolValue else { return path }
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        let logs = names.filter { $0.hasSuffix(".log.json") || $0.hasSuffix("/scalars.json") }
        // The names begin with the time of the run.
        guard let newest = logs.max(by: { Self.time(of: $0) < Self.time(of: $1) }) else {
            throw UsageError(
                "\(path): no log in this folder; name a .log.json or a scalars.json, or the work "
                    + "directory of a run")
        }
        return "\(path)/\(newest)"
    }

    private static func time(of name: String) -> String {
        name.split(separator: "/").first { $0.first?.isNumber ?? false }.map(String.init) ?? name
    }

    /// What the log is called in legends.
    package var name: String {
        let file = URL(fileURLWithPath: path)
        let stem = file.lastPathComponent.replacing(/\.json$/, with: "")
            .replacing(/\.log$/, with: "")
        guard stem == "scalars" else { return stem }
        // The folder of the run, above vis_data.
        let parent = file.deletingLastPathComponent()
        let run =
            parent.lastPathComponent == "vis_data" ? parent.deletingLastPathComponent() : parent
        return run.lastPathComponent
    }

    /// The names of all numbers, in order of the alphabet.
    var keys: [String] { Set(rows.flatMap(\.numbers.keys)).sorted() }

    /// The error about a number that the log does not have.
    func unknown(_ key: String) -> UsageError {
        let meant = Spelling.suggestion(for: key, among: keys)
        let remedy = meant.map { "did you mean \($0)?" } ?? "known: \(keys.joined(separator: ", "))"
        return UsageError("\(path): \(key) is not in the log; \(remedy)")
    }
}

extension TrainingLog.Row {
    /// A row of either form; nil for what says nothing of an iteration or a validation.
    init?(_ node: ConfigNode) {
        guard let entries = node.mapping else { return nil }
        let mode = node["mode"]?.string
        epoch = node["epoch"]?.int
        iteration = node["iter"]?.int
        step = node["step"]?.int
        // The first line of a run that MMCV resumed counts epochs and iterations, but names no mode.
        guard mode != "meta", mode != nil || step != nil, epoch ?? iteration ?? step != nil else {
            return nil
        }
        isTraining = mode.map { $0 != "val" } ?? (iteration != nil)
        var numbers: [String: Double] = [:]
        for (key, value) in entries where !["mode", "epoch", "iter", "step"].contains(key) {
            numbers[key] = value.double
        }
        self.numbers = numbers
    }
}
