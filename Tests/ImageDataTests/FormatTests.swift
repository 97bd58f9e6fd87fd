import ConfigCore
import Foundation
import ImageData
import TensorCore
import Testing
import TrainingInterfaces

@Suite("JPEG, PPM and PGM") struct FormatTests {
    private func image(_ file: String, _ keys: ConfigNode = [:]) throws -> Image? {
        var config: ConfigNode = ["type": "LoadImageFromFile"]
        for (key, value) in keys.mapping ?? ConfigMapping() {
            config = config.setting(key, to: value)
        }
        let loader = try standardTransforms.build(config, at: "load", BuildContext())
        var sample = Sample()
        sample["filename"] = .string(file)
        try Pipeline([loader]).apply(to: &sample, random: KeyedRandom(seed: 0))
        return sample.image
    }

    @Test("pixels are OpenCV's") func decoded() throws {
        var wrong: [String] = []
        for recorded in try Fixtures.formatCases() {
            let file = recorded["file"]?.string ?? ""
            let image = try image(
                "\(Fixtures.formats)/\(file)",
                ["color_type": recorded["color_type"] ?? "color"])
            guard let image, case .uint8(let values) = image.pixels else { continue }
            let sum = values.enumerated().reduce(0) { $0 + Int($1.element) * ($1.offset % 17 + 1) }
            if sum != recorded["sum"]?.int
                || image.shape != recorded["shape"]?.list?.compactMap(\.int)
            {
                wrong.append("\(file): \(image.shape), sum \(sum), begins \(values.prefix(6))")
            }
        }
        #expect(wrong == [])
    }

    @Test("photographs are turned upright unless asked not to") func orientation() throws {
        let file = "\(Fixtures.formats)/exif6.jpg"
        #expect(try image(file)?.shape == [31, 20, 3])
        #expect(try image(file, ["color_type": "color_ignore_orientation"])?.shape == [20, 31, 3])
    }

    @Test("damaged and hostile files are refused") func damaged() throws {
        let folder = try TemporaryFolder()
        let whole = try Fixtures.bytes("\(Fixtures.formats)/a37x53_1_30_0.jpg")
        try folder.write(Array(whole.prefix(whole.count / 2)), to: "half.jpg")
        try folder.write(Array(whole.prefix(3)) + [0, 1, 2, 3], to: "head.jpg")
        try folder.write("P6 60000 60000 255\n", to: "bomb.ppm")
        try folder.write("P6 3 2 255\nabc", to: "short.ppm")
        try folder.write("P2 3 2 255\n1 2 3 x 5 6\n", to: "word.pgm")
        try folder.write("P5 3 2 70000\n123456", to: "deep.pgm")
        try folder.write("GIF89a", to: "a.gif")
        let cases = [
            ("half.jpg", "cannot read JPEG: premature end of JPEG file"),
            ("head.jpg", "cannot read JPEG: premature end of JPEG file"),
            (
                "bomb.ppm",
                "cannot read PNM: 60000x60000 pixels are more than the limit of 134217728; max_pixels of LoadImageFromFile raises it"
            ),
            ("short.ppm", "cannot read PNM: read beyond end of data"),
            ("word.pgm", "cannot read PNM: a number is missing at byte 17"),
            ("deep.pgm", "cannot read PNM: the greatest level is 70000, not 1 to 65535"),
            ("a.gif", "cannot read image: GIF is not supported; convert it to PNG"),
        ]
        for (file, reason) in cases {
            #expect(
                message { try image("\(folder.path)/\(file)") }
                    == "\(folder.path)/\(file): \(reason)"
            )
        }
        let png = try PNG.encode(testImage(0))
        try folder.write(png, to: "a.png")
        #expect(
            message { try image("\(folder.path)/a.png", ["max_pixels": 63]) }
                == "\(folder.path)/a.png: cannot read PNG: 8x8 pixels are more than the limit of 63; max_pixels of LoadImageFromFile raises it"
        )
    }

    @Test("a few changed bytes never crash") func fuzz() throws {
        let folder = try TemporaryFolder()
        for name in ["a37x53_2_90_1.jpg", "cmyk.jpg", "p3.ppm", "p5.pgm"] {
            let whole = try Fixtures.bytes("\(Fixtures.formats)/\(name)")
            var random = KeyedRandom(seed: 3).at(name).stream()
            for _ in 0..<60 {
                var bytes = whole
                for _ in 0..<3 {
                    bytes[random.integer(in: 0...(bytes.count - 1))] = UInt8(
                        random.integer(in: 0...255))
                }
                try folder.write(bytes, to: name)
                _ = message { try image("\(folder.path)/\(name)", ["max_pixels": 1_000_000]) }
            }
        }
    }
}
