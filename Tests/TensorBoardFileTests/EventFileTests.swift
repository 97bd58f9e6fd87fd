import Foundation
import TensorBoardFile
import TestSupport
import Testing

@Suite("event files") struct EventFileTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "event-file-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test("the reader's checksum is CRC-32C with TensorFlow's mask")
    func checksum() {
        // RFC 3720 gives 0xe3069283 for these digits.
        #expect(EventFile.maskedChecksum(Array("123456789".utf8)) == 0xc78a_b0e5)
    }

    @Test("what was written is read, with its checksums")
    func contents() throws {
        try withFolder { folder in
            var time = 1_700_000_000.25
            let writer = try EventFileWriter(directory: folder, hostName: "here") {
                time += 1
                return time
            }
            writer.add([("train/loss", 2.5), ("learning_rate", 0.1)], step: 10)
            writer.add([("val/accuracy_top-1", .nan)], step: 12)
            writer.add([], step: 13)
            writer.close()
            let file = try EventFile(path: writer.path)
            #expect(file.version == "brain.Event:2" && file.damagedRecords == 0)
            #expect(
                file.scalars.map(\.description) == [
                    "10 train/loss 2.5", "10 learning_rate 0.1", "12 val/accuracy_top-1 nan",
                ])
            #expect(file.times == (2...5).map { 1_700_000_000.25 + Double($0) })
        }
    }

    @Test("a damaged byte shows in a checksum")
    func damage() throws {
        try withFolder { folder in
            let writer = try EventFileWriter(directory: folder, hostName: "here")
            writer.close()
            var bytes = try Data(contentsOf: URL(fileURLWithPath: writer.path))
            bytes[bytes.count - 6] ^= 1
            try bytes.write(to: URL(fileURLWithPath: writer.path))
            #expect(try EventFile(path: writer.path).damagedRecords == 1)
        }
    }

    @Test("files are named as TensorBoard looks for them, each anew")
    func names() throws {
        try withFolder { folder in
            let writers = try (0..<2).map { _ in
                try EventFileWriter(directory: folder, hostName: "here", now: { 1_700_000_000 })
            }
            let process = ProcessInfo.processInfo.processIdentifier
            #expect(
                writers.map(\.path)
                    == (0..<2).map {
                        "\(folder)/events.out.tfevents.1700000000.here.\(process).\($0)"
                    })
        }
    }

    @Test("a folder that cannot be made is told")
    func noFolder() throws {
        let error = #expect(throws: EventFileError.self) {
            try EventFileWriter(directory: "/dev/null/logs", hostName: "here")
        }
        #expect(error?.directory == "/dev/null/logs")
    }
}
