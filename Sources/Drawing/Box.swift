/// A place on a canvas; `y` grows downwards.
public struct Point: Sendable, Equatable {
    /// The distance from the left edge.
    public var x: Double
    /// The distance from the upper edge.
    public var y: Double

    /// A place.
    public init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }
}

/// An upright rectangle on a canvas.
public struct Box: Sendable, Equatable {
    /// The left edge.
    public var x: Double
    /// The upper edge.
    public var y: Double
    /// How wide it is.
    public var width: Double
    /// How high it is.
    public var height: Double

    /// A rectangle.
    public init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The right edge.
    public var right: Double { x + width }
    /// The lower edge.
    public var bottom: Double { y + height }

    /// The largest box of another shape that fits, in the middle.
    func fitting(width other: Double, height otherHeight: Double) -> Box {
        let scale = min(width / other, height / otherHeight)
        let (inner, innerHeight) = (other * scale, otherHeight * scale)
        return Box(
            x: x + (width - inner) / 2, y: y + (height - innerHeight) / 2, width: inner,
            height: innerHeight)
    }
}
