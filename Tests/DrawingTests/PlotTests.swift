import Drawing
import Foundation
import Testing

@Suite("plots and sheets")
struct PlotTests {
    @Test("ticks are round numbers with as many digits as they need")
    func ticks() {
        let cases: [(Double, Double, Int, Bool, [String])] = [
            (0, 1, 5, false, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
            (0, 0.1, 5, false, ["0.00", "0.02", "0.04", "0.06", "0.08", "0.10"]),
            (-1, 21, 5, false, ["0", "5", "10", "15", "20"]),
            (1, 3, 9, true, ["1", "2", "3"]),
            (0, 2e-5, 4, false, ["0", "5.0e-06", "1.0e-05", "1.5e-05", "2.0e-05"]),
            (0, 4e6, 4, false, ["0", "1e+06", "2e+06", "3e+06", "4e+06"]),
            (99, 101, 4, false, ["99.0", "99.5", "100.0", "100.5", "101.0"]),
        ]
        for (low, high, count, isWhole, labels) in cases {
            let ticks = AxisTicks(from: low, to: high, about: count, wholeOnly: isWhole)
            #expect(ticks.labels == labels, "\(low)...\(high)")
        }
    }

    @Test("a plot has title, labels, ticks and legend, and its curve is inside the axes")
    func plot() throws {
        let curve = (0..<50).map { Point(Double($0), exp(-Double($0) / 10)) }
        let plot = LinePlot(
            title: "a title", xLabel: "epochs", yLabel: "loss",
            series: [
                .init("train", curve), .init("val", curve.map { Point($0.x, $0.y + .infinity) }),
                .init("test", [Point(20, .nan), Point(21, 0.5)]),
            ])
        let picture = LinePlot.picture([plot, plot], width: 600, height: 300)
        let svg = try picture.svg()
        for text in ["a title", "epochs", "loss", "train", "val", "test", "0.2", "1.0", "40"] {
            #expect(svg.contains("\n\(text)\n") || svg.contains("<desc>\(text)\n"), "\(text)")
        }
        let raster = try picture.raster()
        #expect(raster.width == 600 && raster.height == 600)
        let color = Color.series[0]
        func isCurve(_ x: Int, _ y: Int) -> Bool {
            let found = raster.color(x: x, y: y)
            return abs(found.red - color.red) + abs(found.green - color.green)
                + abs(found.blue - color.blue) < 0.02
        }
        // It falls from the upper left to the lower right.
        let left = (80..<250).filter { y in (70..<110).contains { isCurve($0, y) } }
        let right = (80..<250).filter { y in (540..<590).contains { isCurve($0, y) } }
        #expect((left.min() ?? 999) < 110 && (right.min() ?? 0) > 190)
        #expect(inkCount(raster, x: 0..<600, y: 300..<600) > 2000)
    }

    @Test("plots without numbers, or of one point, are drawn too")
    func few() throws {
        for points in [[], [Point(1, 0)], [Point(3, 2), Point(3, 2)]] {
            let plot = LinePlot(
                title: "", xLabel: "x", yLabel: "y", series: [.init("s", points)])
            #expect(try LinePlot.picture([plot]).raster().width == 900)
        }
    }

    @Test("a long title is broken into lines, a long label of the axis shortened")
    func longTexts() throws {
        let words = (1...24).map { "word\($0)" }.joined(separator: " ")
        let plot = LinePlot(
            title: words, xLabel: "x", yLabel: words, series: [.init("s", [Point(1, 0)])])
        let picture = LinePlot.picture([plot], width: 500, height: 300)
        let lines = try picture.svg().split(separator: "\n").filter { $0.contains("word") }
        #expect(lines.count >= 4)
        #expect(lines.allSatisfy { $0.count < words.count })
        // Nothing touches the edges.
        let raster = try picture.raster()
        for columns in [0..<4, 496..<500] {
            #expect(inkCount(raster, x: columns, y: 0..<300) == 0)
        }
        for rows in [0..<4, 296..<300] {
            #expect(inkCount(raster, x: 0..<500, y: rows) == 0)
        }
    }

    @Test("a long curve is thinned, its extremes kept")
    func thinned() throws {
        var points = (0..<200_000).map { Point(Double($0), 0) }
        points[123_456].y = 1
        let plot = LinePlot(title: "", xLabel: "", yLabel: "", series: [.init("s", points)])
        let svg = try LinePlot.picture([plot]).svg()
        #expect(svg.utf8.count < 300_000)
        let raster = try LinePlot.picture([plot]).raster()
        #expect(inkCount(raster, x: 450..<650, y: 100..<200) > 100)
    }

    @Test("a sheet has a place for every image, with its caption below")
    func sheet() throws {
        let image = try #require(
            Raster(width: 8, height: 4, pixels: [UInt8](repeating: 40, count: 96)))
        let cells = (0..<5).map { ContactSheet.Cell(image, caption: ["image \($0)", "class"]) }
        let picture = ContactSheet(title: "five", cells, columns: 3, side: 120).picture
        #expect(picture.width == 14 + 3 * 134)
        #expect(picture.height == 40 + 2 * (120 + 6 + 2 * 16 + 14))
        let raster = try picture.raster()
        let grey = Color(grey: 40.0 / 255)
        for (column, row) in [(0, 0), (2, 0), (1, 1)] {
            let (x, y) = (14 + column * 134 + 60, 40 + row * 172 + 60)
            #expect(raster.color(x: x, y: y) == grey)
            #expect(inkCount(raster, x: (x - 50)..<(x + 50), y: (y + 56)..<(y + 88)) > 100)
        }
        // The third place of the second row is empty.
        #expect(inkCount(raster, x: 290..<400, y: 215..<375) == 0)
        let svg = try picture.svg()
        #expect(svg.contains("image 4") && svg.contains("five"))
    }

    @Test("text below an image widens small images and breaks into lines")
    func captioned() throws {
        let image = try #require(
            Raster(width: 8, height: 8, pixels: [UInt8](repeating: 0, count: 192)))
        let words = String(repeating: "several words ", count: 6)
        let picture = try CaptionedImage(image, lines: [(words, .black)]).picture
        #expect(picture.width == 240 && picture.height > 240 + 2 * 18)
        let raster = try picture.raster()
        #expect(raster.color(x: 239, y: 239) == .black)
        #expect(inkCount(raster, x: 0..<240, y: 241..<picture.height) > 200)
    }
}
