import Drawing
import Foundation
import Testing

/// How many pixels of a part of a picture are not white.
func inkCount(_ raster: Raster, x: Range<Int>, y: Range<Int>) -> Int {
    y.reduce(0) { sum, row in
        sum + x.count { raster.color(x: $0, y: row) != .white }
    }
}

private func stripes(_ width: Int, _ height: Int) throws -> Raster {
    let pair: [UInt8] = [255, 0, 0, 0, 0, 0]
    let pixels = (0..<(width * height / 2)).flatMap { _ in pair }
    return try #require(Raster(width: width, height: height, pixels: pixels))
}

@Suite("pictures")
struct PictureTests {
    @Test("a rectangle, a line and an image lie where they were put")
    func places() throws {
        let image = try stripes(4, 2)
        let picture = Picture(width: 40, height: 30) { canvas in
            canvas.fill(Box(x: 2, y: 3, width: 4, height: 5), Color(red: 1, green: 0, blue: 0))
            canvas.line([Point(0, 20.5), Point(40, 20.5)], .black)
            try canvas.image(image, in: Box(x: 20, y: 4, width: 16, height: 8))
        }
        let raster = try picture.raster()
        #expect(raster.width == 40 && raster.height == 30)
        #expect(raster.color(x: 3, y: 4) == Color(red: 1, green: 0, blue: 0))
        #expect(raster.color(x: 7, y: 4) == .white && raster.color(x: 3, y: 9) == .white)
        #expect(raster.color(x: 9, y: 20) == .black && raster.color(x: 9, y: 22) == .white)
        // An enlarged pixel is a square of one colour.
        let blue = Color(red: 0, green: 0, blue: 1)
        #expect(raster.color(x: 20, y: 4) == blue && raster.color(x: 23, y: 7) == blue)
        #expect(raster.color(x: 24, y: 4) == .black)
    }

    @Test("PNG and SVG files have the picture's size; SVG names what is written")
    func forms() throws {
        let picture = Picture(width: 120, height: 40) { canvas in
            try canvas.text("1 < 2 & 3", at: Point(10, 20), Font(size: 14))
        }
        let png = try picture.png()
        #expect(png.prefix(8) == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
        #expect(png[16..<24] == [0, 0, 0, 120, 0, 0, 0, 40])
        let svg = try picture.svg()
        #expect(svg.contains("width=\"120") && svg.contains("<desc>1 &lt; 2 &amp; 3</desc>"))
        #expect(svg.hasSuffix("</svg>\n"))
    }

    @Test("text stands where its alignment says, and is shortened to a width")
    func text() throws {
        let font = Font(size: 14)
        var widths: [Double] = []
        var short = ""
        var lines: [String] = []
        let picture = Picture(width: 200, height: 60) { canvas in
            try canvas.text("middle", at: Point(100, 20), font, .middle)
            widths = try ["mm", "mmmm"].map { try canvas.width(of: $0, font) }
            short = try canvas.fitted("a rather long name.png", font, to: 90)
            lines = try canvas.wrapped("some words in lines", font, to: 90)
        }
        let raster = try picture.raster()
        #expect(abs(widths[1] - 2 * widths[0]) < 1.5)
        #expect(short.hasPrefix("a r") && short.contains("…") && short.hasSuffix("png"))
        #expect(lines == ["some words", "in lines"])
        let ink = (0..<200).filter { inkCount(raster, x: $0..<($0 + 1), y: 0..<30) > 0 }
        let (first, last) = (try #require(ink.first), try #require(ink.last))
        #expect(abs(Double(first + last) / 2 - 100) < 2)
    }

    @Test("what cannot be drawn or written is told")
    func messages() throws {
        let picture = Picture(width: 10, height: 10) { _ in }
        let cases: [(String, () throws -> Void)] = [
            (
                "a.jpg: only .png and .svg are written; choose such a name",
                { try picture.write(to: "a.jpg") }
            ),
            (
                "/dev/null/a.png: cannot write: no such file or directory",
                { try picture.write(to: "/dev/null/a.png") }
            ),
            (
                "a picture of 40000x10 pixels cannot be drawn; its sides may have 1 to 32767",
                { _ = try Picture(width: 40000, height: 10) { _ in }.png() }
            ),
        ]
        for (message, body) in cases {
            #expect(throws: DrawingError(message)) { try body() }
        }
        #expect(Raster(width: 2, height: 2, pixels: [1, 2, 3]) == nil)
    }
}
