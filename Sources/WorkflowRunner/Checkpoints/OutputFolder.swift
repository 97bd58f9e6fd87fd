import Foundation

/// The folder that a hook's `out_dir` means: one in it named like the work directory.
enum OutputFolder {
    /// The path of the folder, which is made where `out_dir` names one.
    static func make(_ outDirectory: String?, _ runner: BaseRunner, for key: String) throws
        -> String
    {
        guard let outDirectory else {
            if let work = runner.workDirectory { return work }
            throw RunnerError(
                key, "there is no folder to save in", remedy: "give the runner a work_dir")
        }
        try check(outDirectory, for: key)
        let path =
            runner.workDirectory.map {
                outDirectory + "/" + URL(fileURLWithPath: $0).lastPathComponent
            } ?? outDirectory
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw failure(key, path, "cannot make the folder: \(SystemError.reason(error))")
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw failure(key, path, "the folder cannot be written")
        }
        return path
    }

    /// Finds an `out_dir` that cannot be used, without touching anything.
    static func check(_ outDirectory: String?, for key: String) throws {
        guard let outDirectory else { return }
        guard !outDirectory.contains("://") else {
            throw RunnerError(
                "\(key).out_dir", "\"\(outDirectory)\" is not a local folder",
                remedy: "name one on this machine")
        }
        var folder = URL(fileURLWithPath: outDirectory).standardizedFileURL
        while !FileManager.default.fileExists(atPath: folder.path), folder.path != "/" {
            folder.deleteLastPathComponent()
        }
        var isFolder: ObjCBool = false
        let exists = unsafe FileManager.default.fileExists(
            atPath: folder.path, isDirectory: &isFolder)
        guard exists, isFolder.boolValue else {
            throw failure(key, outDirectory, "\(folder.path) is not a folder")
        }
        guard FileManager.default.isWritableFile(atPath: folder.path) else {
            throw failure(key, outDirectory, "\(folder.path) cannot be written")
        }
    }

    private static func failure(_ key: String, _ path: String, _ problem: String) -> RunnerError {
        RunnerError("\(key).out_dir", "\(path): \(problem)", remedy: "choose another one")
    }
}
