import Foundation
import Testing

@Suite("tools/train on a folder of which one image in a hundred is damaged")
struct DamagedImageTests {
    /// The digits, fifteen of them damaged in five ways; names and what messages say of them.
    private func damage(_ folder: String) throws -> [(name: String, message: String)] {
        try FileManager.default.copyItem(
            atPath: "\(Tool.root)/datasets/digits/train", toPath: folder)
        let names = try (0..<10).flatMap { digit in
            try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(digit)").sorted()
                .map { "\(digit)/\($0)" }
        }
        #expect(names.count == 1437)
        var damaged: [(name: String, message: String)] = []
        for (place, name) in stride(from: 5, to: names.count, by: 96).map({ names[$0] })
            .enumerated()
        {
            let path = "\(folder)/\(name)"
            let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            let (bytes, message) = Self.damaged(whole, way: place % 5)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            damaged.append((name, message))
        }
        return damaged
    }

    private static func damaged(_ whole: [UInt8], way: Int) -> ([UInt8], String) {
        var bytes = whole
        switch way {
        case 0: return (Array(whole.prefix(60)), "cannot read PNG: ")
        case 1:
            // The checksum of the pixels.
            bytes[whole.count - 13] ^= 0xff
            return (bytes, "cannot read PNG: ")
        case 2: return ([], "cannot read image: the file is empty")
        case 3:
            return (
                Array("not an image".utf8),
                "cannot read image: not a PNG, JPEG, PPM or PGM file"
            )
        default:
            bytes.replaceSubrange(16..<24, with: [0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60])
            bytes.replaceSubrange(29..<33, with: checksum(bytes[12..<29]))
            return (
                bytes,
                "cannot read PNG: 60000x60000 pixels are more than the limit of 134217728; max_pixels of LoadImageFromFile raises it"
            )
        }
    }

    /// CRC-32 as PNG has it.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var sum: UInt32 = 0xffff_ffff
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
        }
        sum = ~sum
        return (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32($0))) }
    }

    @Test("skip reports each file once and trains on; error stops at the first")
    func policies() throws {
        let tool = try Tool()
        let damaged = try damage("\(tool.folder.path)/images")
        #expect(damaged.count == 15)
        let settings = ["data.train.data_prefix=images", "runner.max_epochs=2"]
        let skipped = try tool.train(
            ["--no-validate", "--work-dir", "work"], settings + ["data.on_corrupt=skip"])
        #expect(skipped.exitCode == 0)
        let lines = skipped.errors.split(separator: "\n")
        for (name, message) in damaged {
            let reports = lines.filter { $0.contains("images/\(name): \(message)") }
            #expect(reports.count == 1, "\(name)")
            #expect(reports.allSatisfy { $0.hasSuffix(", skipped") })
        }
        #expect(skipped.errors.contains("15 unreadable images were skipped"))
        #expect(tool.folder.names("work").contains("epoch_2.pth"))

        let stopped = try tool.train(
            ["--no-validate", "--work-dir", "other"], settings + ["data.on_corrupt=error"])
        #expect(stopped.exitCode == 65)
        let last = try #require(stopped.errors.split(separator: "\n").last)
        #expect(damaged.contains { last.hasPrefix("images/\($0.name): \($0.message)") })
    }

    @Test("the most pixels of an image can be set") func limit() throws {
        let tool = try Tool()
        let settings = ["data.train.pipeline.0.max_pixels=63", "data.workers_per_gpu=0"]
        let run = try tool.train(["--no-validate", "--dry-run"], settings)
        #expect(run.exitCode == 65)
        #expect(
            run.errors.contains(
                ".png: cannot read PNG: 8x8 pixels are more than the limit of 63; max_pixels of LoadImageFromFile raises it"
            ))
    }
}
