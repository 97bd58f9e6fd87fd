/// Images in rows and columns, each with lines of text below it.
public struct ContactSheet: Sendable {
    /// An image and what stands below it.
    public struct Cell: Sendable {
        /// The image.
        public let image: Raster
        /// The text, a line each; what is too long is shortened.
        public let caption: [String]

        /// An image with its caption.
        public init(_ image: Raster, caption: [String]) {
            self.image = image
            self.caption = caption
        }
    }

    /// What stands above.
    public let title: String
    /// The images.
    public let rows: [[Cell]]
    /// How many pixels a side of an image's place has.
    public let side: Int

    /// A sheet of rows of images.
    public init(title: String, rows: [[Cell]], side: Int = ContactSheet.usualSide) {
        self.title = title
        self.rows = rows
        self.side = side
    }

    /// A sheet of images, so many in a row.
    public init(title: String, _ cells: [Cell], columns: Int, side: Int = ContactSheet.usualSide) {
        let starts = stride(from: 0, to: cells.count, by: max(1, columns))
        self.init(
            title: title,
            rows: starts.map { Array(cells[$0..<min($0 + max(1, columns), cells.count)]) },
            side: side)
    }

    /// How many pixels a side of an image's place usually has.
    public static let usualSide = 176

    private static let titleFont = Font(size: 16, bold: true)
    private static let font = Font(size: 12)
    private static let gap = 14.0
    private static let head = 40.0

    private var columns: Int { rows.map(\.count).max() ?? 0 }

    private func height(of row: [Cell]) -> Double {
        let lines = row.map(\.caption.count).max() ?? 0
        return Double(side) + 6 + Double(lines) * Self.font.lineHeight + Self.gap
    }

    /// The sheet as a picture.
    public var picture: Picture {
        let width = Self.gap + Double(max(1, columns)) * (Double(side) + Self.gap)
        let height = rows.reduce(Self.head) { $0 + self.height(of: $1) }
        return Picture(width: max(Int(width), 360), height: Int(height)) { canvas in
            let title = try canvas.fitted(
                title, Self.titleFont, to: max(width, 360) - 2 * Self.gap)
            try canvas.text(title, at: Point(Self.gap, 26), Self.titleFont)
            var top = Self.head
            for row in rows {
                for (column, cell) in row.enumerated() {
                    let left = Self.gap + Double(column) * (Double(side) + Self.gap)
                    try draw(cell, on: canvas, at: Point(left, top))
                }
                top += self.height(of: row)
            }
        }
    }

    private func draw(_ cell: Cell, on canvas: Canvas, at corner: Point) throws {
        let place = Box(x: corner.x, y: corner.y, width: Double(side), height: Double(side))
        let box = place.fitting(
            width: Double(cell.image.width), height: Double(cell.image.height))
        try canvas.image(cell.image, in: box)
        canvas.frame(
            Box(
                x: box.x - 0.5, y: box.y - 0.5, width: box.width + 1, height: box.height + 1),
            Color(grey: 0.7))
        for (number, line) in cell.caption.enumerated() {
            try canvas.text(
                canvas.fitted(line, Self.font, to: Double(side)),
                at: Point(
                    corner.x, place.bottom + 6 + Double(number + 1) * Self.font.lineHeight - 3),
                Self.font)
        }
    }
}
