/// How text looks.
public struct Font: Sendable, Equatable {
    /// The height of a line of text, in pixels.
    public let size: Double
    /// Whether its strokes are thick.
    public let isBold: Bool

    /// A font of that size.
    public init(size: Double, bold isBold: Bool = false) {
        self.size = size
        self.isBold = isBold
    }

    /// How far lines of text are apart.
    public var lineHeight: Double { (size * 1.3).rounded() }
}

/// Which part of a text stands at its place.
public enum TextAlignment: Sendable {
    case start
    case middle
    case end
}

extension Canvas {
    /// The text, shortened in its middle until it is no wider than `limit`.
    public func fitted(_ text: String, _ font: Font, to limit: Double) throws(DrawingError)
        -> String
    {
        guard try width(of: text, font) > limit else { return text }
        let characters = Array(text)
        var kept = characters.count - 1
        while kept > 1 {
            let head = (kept + 1) / 2
            let short = String(characters.prefix(head)) + "…" + characters.suffix(kept - head)
            if try width(of: short, font) <= limit { return short }
            kept -= 1
        }
        return "…"
    }

    /// The text in lines no wider than `limit`, broken between words where it can be.
    public func wrapped(_ text: String, _ font: Font, to limit: Double) throws(DrawingError)
        -> [String]
    {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            let longer = (lines.last.map { $0 + " " } ?? "") + word
            if !lines.isEmpty, try width(of: longer, font) <= limit {
                lines[lines.count - 1] = longer
            } else {
                lines.append(try fitted(String(word), font, to: limit))
            }
        }
        return lines
    }
}
