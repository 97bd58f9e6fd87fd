import Foundation
import SwiftProtobuf

/// Writes an event file that TensorBoard shows.
///
/// Every run makes a file of its own; TensorBoard joins the files of a folder.
/// Source: PyTorch's `SummaryWriter`.
public final class EventFileWriter {
    /// Where the file is.
    public let path: String
    private let handle: FileHandle
    private let now: () -> Double

    /// Makes the folder, if there is none, and a new event file in it.
    ///
    /// - Parameters:
    ///   - directory: The folder.
    ///   - hostName: The machine's name, which becomes part of the file's.
    ///   - now: The time in seconds since 1970; the system's by default.
    /// - Throws: `EventFileError` where the file cannot be made.
    public init(
        directory: String, hostName: String, now: (() -> Double)? = nil
    ) throws {
        let now = now ?? { Date().timeIntervalSince1970 }
        self.now = now
        let files = FileManager.default
        do {
            try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let stem = String(
                format: "events.out.tfevents.%010d.%@.%d", Int(now()), hostName,
                ProcessInfo.processInfo.processIdentifier)
            var number = 0
            while files.fileExists(atPath: "\(directory)/\(stem).\(number)") { number += 1 }
            path = "\(directory)/\(stem).\(number)"
            try Data().write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
            handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        } catch {
            throw EventFileError(directory: directory, cause: error)
        }
        var event = Tensorboard_Event()
        event.fileVersion = "brain.Event:2"
        write(event)
    }

    /// Adds numbers under their tags; a full disk loses rows, not the run.
    ///
    /// `step` is where they stand on the axis of iterations.
    public func add(_ scalars: [(tag: String, value: Double)], step: Int) {
        var event = Tensorboard_Event()
        event.step = Int64(step)
        event.summary.value = scalars.map { tag, value in
            var entry = Tensorboard_Summary.Value()
            entry.tag = tag
            entry.simpleValue = Float(value)
            return entry
        }
        write(event)
    }

    /// Adds an image, which is a PNG file of that size.
    public func add(_ tag: String, png: [UInt8], width: Int, height: Int, step: Int) {
        var image = Tensorboard_Summary.Image()
        image.width = Int32(clamping: width)
        image.height = Int32(clamping: height)
        // Red, green and blue.
        image.colorspace = 3
        image.encodedImageString = Data(png)
        var entry = Tensorboard_Summary.Value()
        entry.tag = tag
        entry.image = image
        var event = Tensorboard_Event()
        event.step = Int64(step)
        event.summary.value = [entry]
        write(event)
    }

    /// Closes the file; nothing can be added then.
    public func close() { try? handle.close() }

    private func write(_ event: Tensorboard_Event) {
        var event = event
        event.wallTime = now()
        guard let payload: [UInt8] = try? event.serializedBytes() else { return }
        try? handle.write(contentsOf: Data(RecordFrame.frame(payload)))
    }
}
