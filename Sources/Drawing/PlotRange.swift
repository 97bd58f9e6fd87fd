/// What part of the plane a plot shows: all points, with some room above and below.
struct PlotRange {
    let left: Double
    let right: Double
    let bottom: Double
    let top: Double
    /// Whether all places along the horizontal axis are whole numbers.
    let isWhole: Bool

    init(_ points: [Point]) {
        let shown = points.filter { $0.x.isFinite && $0.y.isFinite }
        let (xs, ys) = (shown.map(\.x), shown.map(\.y))
        isWhole = xs.allSatisfy { $0.rounded() == $0 }
        (left, right) = Self.range(xs, margin: 0.01)
        (bottom, top) = Self.range(ys, margin: 0.05)
    }

    private static func range(_ values: [Double], margin: Double) -> (Double, Double) {
        guard let low = values.min(), let high = values.max() else { return (0, 1) }
        if low == high {
            let room = low == 0 ? 1 : abs(low) * 0.1
            return (low - room, high + room)
        }
        let room = (high - low) * margin
        return (low - room, high + room)
    }
}

/// Where values stand on the canvas.
struct PlotPlace {
    private let range: PlotRange
    private let box: Box

    init(_ range: PlotRange, _ box: Box) {
        self.range = range
        self.box = box
    }

    func x(_ value: Double) -> Double {
        box.x + (value - range.left) / (range.right - range.left) * box.width
    }

    func y(_ value: Double) -> Double {
        box.bottom - (value - range.bottom) / (range.top - range.bottom) * box.height
    }

    func point(_ point: Point) -> Point { Point(x(point.x), y(point.y)) }
}
