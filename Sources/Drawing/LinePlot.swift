/// Curves over a common axis, with ticks, labels, a title and a legend.
public struct LinePlot: Sendable {
    /// A curve.
    public struct Series: Sendable {
        /// What the legend calls it.
        public let name: String
        /// Its points, from left to right; those that are no numbers leave a gap.
        public let points: [Point]

        /// A curve through points.
        public init(_ name: String, _ points: [Point]) {
            self.name = name
            self.points = points
        }
    }

    /// What stands above.
    public let title: String
    /// What the horizontal axis shows.
    public let xLabel: String
    /// What the vertical axis shows.
    public let yLabel: String
    /// The curves.
    public let series: [Series]
    /// Whether the legend is drawn for a single curve too.
    public let showsLegend: Bool
    /// Whether lines through the plot help to read values.
    public let hasGrid: Bool

    /// A plot of curves.
    public init(
        title: String, xLabel: String, yLabel: String, series: [Series], showsLegend: Bool? = nil,
        hasGrid: Bool = true
    ) {
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.series = series
        self.showsLegend = showsLegend ?? (series.count > 1)
        self.hasGrid = hasGrid
    }

    /// Plots below each other.
    public static func picture(_ plots: [LinePlot], width: Int = 900, height: Int = 460) -> Picture
    {
        Picture(width: width, height: height * plots.count) { canvas in
            for (place, plot) in plots.enumerated() {
                try plot.draw(
                    on: canvas,
                    in: Box(
                        x: 0, y: Double(place * height), width: Double(width),
                        height: Double(height)))
            }
        }
    }

    private static let titleFont = Font(size: 17, bold: true)
    private static let labelFont = Font(size: 14)
    private static let tickFont = Font(size: 12)

    private func draw(on canvas: Canvas, in box: Box) throws {
        let range = PlotRange(series.flatMap(\.points))
        let yTicks = AxisTicks(from: range.bottom, to: range.top, about: 6)
        let tickWidth = try yTicks.labels.map { try canvas.width(of: $0, Self.tickFont) }.max() ?? 0
        let left = 42 + tickWidth
        let legend = showsLegend ? try legendRows(canvas, box.width - left - 24) : []
        let titleLines = try titleLines(canvas, box.width - left - 24)
        let head = Double(max(1, titleLines.count) - 1) * Self.titleFont.lineHeight
        let top = 44 + head + Double(legend.count) * Self.labelFont.lineHeight
        let inner = Box(
            x: box.x + left, y: box.y + top, width: box.width - left - 24,
            height: box.height - top - 58)
        for (number, line) in titleLines.enumerated() {
            let base = box.y + 28 + Double(number) * Self.titleFont.lineHeight
            try canvas.text(
                line, at: Point(inner.x + inner.width / 2, base), Self.titleFont, .middle)
        }
        try drawLegend(legend, canvas, from: Point(inner.x, box.y + 52 + head))
        let place = PlotPlace(range, inner)
        try drawXAxis(canvas, inner, range, place)
        try drawYAxis(canvas, inner, yTicks, place)
        try canvas.text(
            xLabel, at: Point(inner.x + inner.width / 2, inner.bottom + 44), Self.labelFont,
            .middle)
        try canvas.text(
            canvas.fitted(yLabel, Self.labelFont, to: inner.height + 58),
            at: Point(box.x + 22, inner.y + inner.height / 2), Self.labelFont, .middle,
            upwards: true)
        canvas.clipped(to: inner) {
            for (number, series) in series.enumerated() {
                draw(series, color(number), canvas, place, columns: Int(inner.width))
            }
        }
        canvas.frame(inner, Color(grey: 0.3))
    }

    /// The title in three lines at most.
    private func titleLines(_ canvas: Canvas, _ width: Double) throws -> [String] {
        let lines = try canvas.wrapped(title, Self.titleFont, to: width)
        guard lines.count > 3 else { return lines }
        let rest = lines[2...].joined(separator: " ")
        return try lines[..<2] + [canvas.fitted(rest, Self.titleFont, to: width)]
    }

    private func color(_ number: Int) -> Color { Color.series[number % Color.series.count] }

    private func drawXAxis(
        _ canvas: Canvas, _ inner: Box, _ range: PlotRange, _ place: PlotPlace
    ) throws {
        let ticks = AxisTicks(
            from: range.left, to: range.right, about: Int(inner.width / 90),
            wholeOnly: range.isWhole)
        for (value, label) in zip(ticks.values, ticks.labels) {
            let x = place.x(value)
            if hasGrid {
                canvas.line([Point(x, inner.y), Point(x, inner.bottom)], Color(grey: 0.88))
            }
            canvas.line([Point(x, inner.bottom), Point(x, inner.bottom + 4)], Color(grey: 0.3))
            try canvas.text(label, at: Point(x, inner.bottom + 19), Self.tickFont, .middle)
        }
    }

    private func drawYAxis(
        _ canvas: Canvas, _ inner: Box, _ ticks: AxisTicks, _ place: PlotPlace
    ) throws {
        for (value, label) in zip(ticks.values, ticks.labels) {
            let y = place.y(value)
            if hasGrid {
                canvas.line([Point(inner.x, y), Point(inner.right, y)], Color(grey: 0.88))
            }
            canvas.line([Point(inner.x - 4, y), Point(inner.x, y)], Color(grey: 0.3))
            try canvas.text(label, at: Point(inner.x - 8, y + 4), Self.tickFont, .end)
        }
    }

    private func draw(
        _ series: Series, _ color: Color, _ canvas: Canvas, _ place: PlotPlace, columns: Int
    ) {
        for part in series.points.split(whereSeparator: { !($0.x.isFinite && $0.y.isFinite) }) {
            let shown = Self.thinned(part, columns: columns).map(place.point)
            canvas.line(shown, color, width: 2)
            if part.count <= 40 { for point in shown { canvas.dot(point, radius: 3, color) } }
        }
    }

    /// Points that look the same on so many columns of pixels: the extremes of every stretch.
    private static func thinned(_ points: ArraySlice<Point>, columns: Int) -> [Point] {
        let size = points.count / max(1, columns)
        guard size > 4 else { return Array(points) }
        return stride(from: points.startIndex, to: points.endIndex, by: size).flatMap { start in
            let part = points[start..<min(start + size, points.endIndex)]
            let low = part.indices.min { part[$0].y < part[$1].y } ?? start
            let high = part.indices.max { part[$0].y < part[$1].y } ?? start
            return Set([part.startIndex, low, high, part.endIndex - 1]).sorted().map { part[$0] }
        }
    }

    // MARK: Legend

    /// The curves' names with their widths, in rows no wider than `limit`.
    private func legendRows(_ canvas: Canvas, _ limit: Double) throws -> [[(
        name: String, number: Int, width: Double
    )]] {
        var rows: [[(name: String, number: Int, width: Double)]] = []
        var used = 0.0
        for (number, series) in series.enumerated() {
            let name = try canvas.fitted(series.name, Self.labelFont, to: limit - 60)
            let width = try canvas.width(of: name, Self.labelFont) + 60
            if rows.isEmpty || used + width > limit {
                rows.append([])
                used = 0
            }
            rows[rows.count - 1].append((name, number, width))
            used += width
        }
        return rows
    }

    private func drawLegend(
        _ rows: [[(name: String, number: Int, width: Double)]], _ canvas: Canvas, from start: Point
    ) throws {
        var place = start
        for row in rows {
            for entry in row {
                canvas.line(
                    [Point(place.x, place.y - 5), Point(place.x + 28, place.y - 5)],
                    color(entry.number), width: 3)
                try canvas.text(entry.name, at: Point(place.x + 34, place.y), Self.labelFont)
                place.x += entry.width
            }
            place = Point(start.x, place.y + Self.labelFont.lineHeight)
        }
    }
}
