import Foundation
import Logging

/// Copies a run's log files to the folder that `out_dir` of its text logger names.
struct LogFileCopies {
    /// Where files are copied, in a folder named like the work directory.
    let outDirectory: String
    /// How the names of those files end.
    let suffixes: [String]
    /// Whether they stay in the work directory too.
    let keepsLocal: Bool

    /// The folder for the files of a work directory.
    func target(of directory: String) -> String {
        outDirectory + "/" + URL(fileURLWithPath: directory).lastPathComponent
    }

    /// Copies the files of a work directory and of the folders in it.
    func copy(from directory: String, _ logger: Logger) throws {
        let files = FileManager.default
        let target = try WorkDirectory.create(target(of: directory))
        for name in try files.subpathsOfDirectory(atPath: directory).sorted() {
            let parts = name.split(separator: "/")
            guard suffixes.contains(where: name.hasSuffix), parts.last?.first != "." else {
                continue
            }
            let (source, copy) = ("\(directory)/\(name)", "\(target)/\(name)")
            _ = try WorkDirectory.create(
                ([target] + parts.dropLast().map(String.init)).joined(separator: "/"))
            try? files.removeItem(atPath: copy)
            do {
                try files.copyItem(atPath: source, toPath: copy)
            } catch {
                throw RunnerError(
                    copy, "cannot write the copy: \(SystemError.reason(error))",
                    remedy: "choose another out_dir")
            }
            logger.info("The file \(source) has been uploaded to \(copy).")
            guard !keepsLocal else { continue }
            try files.removeItem(atPath: source)
            logger.info("\(source) was removed due to the `self.keep_local=False`")
        }
    }
}
