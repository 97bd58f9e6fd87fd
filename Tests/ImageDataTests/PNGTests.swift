import ConfigCore
import Foundation
import ImageData
import Testing

@Suite("PNG") struct PNGTests {
    @Test("pixels are those of OpenCV's imread") func recordedPixels() throws {
        var wrong: [String] = []
        for recorded in try Fixtures.pngCases() {
            let name = recorded["name"]?.string ?? ""
            let file = recorded.at(path: "input.file")?.string ?? ""
            let type = recorded.at(path: "input.color_type")?.string ?? ""
            let expected = recorded["expected"]
            let image = try PNG.decode(
                Fixtures.bytes("\(Fixtures.png)/\(file)"), as: type == "color" ? .color : .grayscale
            )
            guard case .uint8(let pixels) = image.pixels else { continue }
            let mean = Double(pixels.reduce(0) { $0 + Int($1) }) / Double(pixels.count)
            let isSame =
                image.shape == expected?["shape"]?.list?.compactMap(\.int)
                && pixels.prefix(12).map(Int.init) == expected?["first"]?.list?.compactMap(\.int)
                && mean == expected?["mean"]?.double
                && fingerprint(pixels) == expected?["fnv1a"]?.string
            if !isSame { wrong.append(name) }
        }
        #expect(wrong == [])
    }

    @Test("an image comes back as it was written", arguments: [1, 3]) func roundTrip(channels: Int)
        throws
    {
        let pixels = (0..<(5 * 7 * channels)).map { UInt8(truncatingIfNeeded: $0 * 41) }
        let image = Image(height: 5, width: 7, channels: channels, pixels: .uint8(pixels))
        let bytes = try PNG.encode(image)
        #expect(try PNG.decode(bytes, as: channels == 1 ? .grayscale : .color) == image)
    }

    @Test("damaged files are refused with a reason") func damage() throws {
        let whole = try Fixtures.bytes("\(Fixtures.png)/basn2c08.png")
        var flipped = whole
        flipped[60] ^= 0xff
        var noEnd = whole
        noEnd.removeLast(12)
        var huge = whole
        huge.replaceSubrange(16..<24, with: [0, 0, 0x40, 0, 0, 0, 0x40, 0])
        let damaged: [([UInt8], String)] = [
            (Array(whole.prefix(20)), "read beyond end of data"),
            (Array(whole.prefix(80)), "read beyond end of data"),
            (noEnd, "read beyond end of data"),
            (flipped, "IDAT: invalid code lengths set"),
            (huge, "IHDR: CRC error"),
            (
                header(width: 16384, height: 16384),
                "16384x16384 pixels are more than the limit of 134217728; max_pixels of LoadImageFromFile raises it"
            ),
            (header(width: 8000, height: 8000), "read beyond end of data"),
            (header(width: 2_000_000, height: 1), "Invalid IHDR data"),
            (header(width: 0, height: 1), "Invalid IHDR data"),
            ([], "read beyond end of data"),
            (Array("no image".utf8), "Not a PNG file"),
        ]
        for (bytes, reason) in damaged {
            #expect(reasonForRefusing(bytes) == reason)
        }
    }

    private func reasonForRefusing(_ bytes: [UInt8]) -> String? {
        do {
            _ = try PNG.decode(bytes)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("every truncation and every flipped byte is an error or an image, never a crash")
    func fuzz() throws {
        for name in ["basn3p04.png", "ibasn6a16.png", "ftbwn3p08.png"] {
            let whole = try Fixtures.bytes("\(Fixtures.png)/\(name)")
            for count in 0..<whole.count {
                #expect(throws: PNG.Failure.self) { try PNG.decode(Array(whole.prefix(count))) }
            }
            for place in whole.indices {
                var bytes = whole
                bytes[place] ^= 0x55
                _ = try? PNG.decode(bytes)
            }
        }
    }

    /// A file that ends after a true header and the beginning of its pixels.
    private func header(width: UInt32, height: UInt32) -> [UInt8] {
        func bigEndian(_ value: UInt32) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
        }
        let body = Array("IHDR".utf8) + bigEndian(width) + bigEndian(height) + [8, 2, 0, 0, 0]
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + bigEndian(13) + body
            + bigEndian(crc(body)) + bigEndian(0) + Array("IDAT".utf8)
            + bigEndian(crc(Array("IDAT".utf8)))
    }

    private func crc(_ bytes: [UInt8]) -> UInt32 {
        var value = ~UInt32(0)
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
        }
        return ~value
    }

    private func fingerprint(_ bytes: [UInt8]) -> String {
        let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
