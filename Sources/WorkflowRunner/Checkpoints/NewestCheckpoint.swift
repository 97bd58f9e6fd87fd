import Foundation
import TorchFile

/// The checkpoint from which a run that was cut off goes on.
///
/// A damaged file, or one that no run can go on from, is passed over.
public struct NewestCheckpoint: Sendable {
    /// The checkpoint; nil where the folder holds none that is intact.
    public let found: FoundCheckpoint?
    /// What is wrong with newer files, a line each.
    public let passedOver: [String]

    /// Looks through a run's folder for the file that was written last.
    ///
    /// - Parameters:
    ///   - directory: The work directory.
    ///   - template: The name of the run's checkpoints, if it is one of its own.
    public init(in directory: String, template: String? = nil) {
        var passedOver: [String] = []
        for path in Self.candidates(directory, template) {
            do {
                let found = try FoundCheckpoint(path)
                _ = try found.progress()
                self.found = found
                self.passedOver = passedOver
                return
            } catch {
                passedOver.append("\(error)")
            }
        }
        found = nil
        self.passedOver = passedOver
    }

    /// Checkpoints by the time they were written, the newest first; `latest.pth` counts as what it leads to.
    private static func candidates(_ directory: String, _ template: String?) -> [String] {
        let files = FileManager.default
        let names = (try? files.contentsOfDirectory(atPath: directory)) ?? []
        let noted = files.contents(atPath: "\(directory)/last_checkpoint").map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        // A run with an `out_dir` keeps its checkpoints elsewhere.
        if let noted, !noted.hasPrefix("\(directory)/"), files.fileExists(atPath: noted) {
            return [noted]
        }
        let latest =
            (try? files.destinationOfSymbolicLink(atPath: "\(directory)/latest.pth"))
            ?? noted.map { URL(fileURLWithPath: $0).lastPathComponent }
        let dated = names.compactMap { name -> (name: String, date: Date)? in
            guard name != "latest.pth" || latest == nil else { return nil }
            guard name == latest || WorkDirectory.isCheckpoint(name, template),
                let values = try? files.attributesOfItem(atPath: "\(directory)/\(name)"),
                let date = values[.modificationDate] as? Date
            else { return nil }
            return (name, date)
        }
        return dated.sorted { a, b in
            if a.date != b.date { return a.date > b.date }
            // A copied folder may have lost the times.
            if (a.name == latest) != (b.name == latest) { return a.name == latest }
            return a.name.compare(b.name, options: .numeric) == .orderedDescending
        }.map { "\(directory)/\($0.name)" }
    }
}
