import Foundation
import TorchFile

/// The folder of a run: locked while the run lives, and clear of an earlier run's checkpoints.
public final class WorkDirectory {
    /// The folder, as an absolute path.
    public let path: String
    private let lock: FileLock

    /// Makes and locks the folder.
    ///
    /// What an earlier run left that this one would write over is moved to a folder named after the time of
    /// that run, unless it is the one being resumed.
    ///
    /// - Parameters:
    ///   - path: The folder as the user spelled it.
    ///   - isResuming: Whether the run goes on from a checkpoint.
    ///   - template: The name of this run's checkpoints, with `{}` for the number, if it is one of its own.
    ///   - files: Further files that this run will write.
    ///   - log: Told what was moved.
    /// - Throws: An error where another run has the folder, or it cannot be written.
    public init(
        _ path: String, isResuming: Bool, template: String? = nil, files: [String] = [],
        log: (String) -> Void = { _ in }
    ) throws {
        self.path = try Self.create(path)
        let lockPath = self.path + "/.lock"
        guard let lock = try FileLock(path: lockPath) else {
            let holder = FileManager.default.contents(atPath: lockPath).map {
                String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            }
            throw RunnerError(
                path, "in use by a run that is still going on (\(holder ?? "unknown"))",
                remedy: "wait for it, or choose another folder with --work-dir")
        }
        lock.write("process \(ProcessInfo.processInfo.processIdentifier) on \(HostName.current)\n")
        self.lock = lock
        removeUnfinishedFiles()
        if !isResuming {
            try moveEarlierRun(log, files) { Self.isCheckpoint($0, template) }
        }
    }

    /// Makes a folder and those above it; its absolute path.
    static func create(_ path: String) throws -> String {
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        do {
            try FileManager.default.createDirectory(
                atPath: absolute, withIntermediateDirectories: true)
        } catch {
            throw RunnerError(
                path, "cannot make the folder: \(SystemError.reason(error))",
                remedy: "choose another one with --work-dir")
        }
        guard FileManager.default.isWritableFile(atPath: absolute) else {
            throw RunnerError(
                path, "the folder cannot be written", remedy: "choose another one with --work-dir")
        }
        return absolute
    }

    /// Notes the newest checkpoint's path in the file `last_checkpoint`, as MMEngine does.
    static func note(_ path: String, in directory: String) throws {
        let file = "\(directory)/last_checkpoint"
        do {
            try Data(path.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            throw CheckpointError(
                file: file, problem: "cannot write: \(SystemError.reason(error))", cause: error)
        }
    }

    /// Makes a name in a folder lead to a file beside it, at no moment to nothing.
    static func link(_ name: String, to file: String, in directory: String) throws {
        let temporary = "\(directory)/.\(name).\(ProcessInfo.processInfo.processIdentifier)"
        let files = FileManager.default
        do {
            try? files.removeItem(atPath: temporary)
            try files.createSymbolicLink(atPath: temporary, withDestinationPath: file)
        } catch {
            throw CheckpointError(
                file: "\(directory)/\(name)",
                problem: "cannot make the link: \(SystemError.reason(error))",
                remedy: "set create_symlink=False", cause: error)
        }
        guard unsafe rename(temporary, "\(directory)/\(name)") == 0 else {
            throw CheckpointError(
                file: "\(directory)/\(name)",
                problem: "cannot make the link: \(SystemError.text(errno))",
                remedy: "set create_symlink=False")
        }
    }

    /// Removes what a run left that was killed while it wrote a checkpoint.
    private func removeUnfinishedFiles() {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: path)) ?? []
        where name.range(of: #"\.pth\.\d+\.tmp(\.|$)"#, options: .regularExpression) != nil {
            try? files.removeItem(atPath: "\(path)/\(name)")
        }
    }

    private func moveEarlierRun(
        _ log: (String) -> Void, _ others: [String], _ isCheckpoint: (String) -> Bool
    ) throws {
        let files = FileManager.default
        let names = try files.contentsOfDirectory(atPath: path).sorted()
        let checkpoints = names.filter(isCheckpoint)
        guard !checkpoints.isEmpty else { return }
        let target = try Self.create("\(path)/\(earlierRunName(names, checkpoints))")
        let moved = checkpoints + names.filter(others.contains)
        for name in moved {
            try files.moveItem(atPath: "\(path)/\(name)", toPath: "\(target)/\(name)")
        }
        log("files of an earlier run were moved to \(target): \(moved.joined(separator: ", "))")
    }

    /// The earlier run's timestamp by its log, or by its newest checkpoint; one that is still free.
    private func earlierRunName(_ names: [String], _ checkpoints: [String]) -> String {
        let dates = checkpoints.compactMap { name in
            try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.modificationDate]
                as? Date
        }
        let newest = LogTime(dates.max() ?? Date()).timestamp
        let started = names.filter { $0.hasSuffix(".log") }.map { String($0.dropLast(4)) }
            .filter { $0.count == newest.count && $0 <= newest }.max()
        let wanted = started ?? newest
        var name = wanted
        var number = 2
        while FileManager.default.fileExists(atPath: "\(path)/\(name)") {
            name = "\(wanted)_\(number)"
            number += 1
        }
        return name
    }

    /// Whether a run of this program writes checkpoints of that name.
    static func isCheckpoint(_ name: String, _ template: String? = nil) -> Bool {
        if let parts = template?.components(separatedBy: "{}"), parts.count == 2,
            name.hasPrefix(parts[0]), name.hasSuffix(parts[1])
        {
            return true
        }
        return name.hasSuffix(".pth")
            && (name == "latest.pth"
                || ["epoch_", "iter_", "best_"].contains(where: name.hasPrefix))
    }
}
