import Foundation

/// Which values of a line make up each value of a shorter or longer one, and in which shares.
///
/// Source: `torch.nn.functional.interpolate` with `align_corners=False` and without `antialias`.
struct PatchResizing {
    /// How values between others come about.
    enum Interpolation: String, Sendable, CaseIterable {
        case nearest
        case bilinear
        case bicubic
        case area
    }

    /// For each value of the result its sources.
    let taps: [[(place: Int, share: Float)]]

    init(from source: Int, to target: Int, _ interpolation: Interpolation) {
        let scale = Float(source) / Float(target)
        taps = (0..<target).map { place in
            switch interpolation {
            case .nearest: [(min(Int(Float(place) * scale), source - 1), 1)]
            case .bilinear: Self.linear(max(0, scale * (Float(place) + 0.5) - 0.5), source)
            case .bicubic: Self.cubic(scale * (Float(place) + 0.5) - 0.5, source)
            case .area: Self.mean(place * source / target, (place * source + source - 1) / target)
            }
        }
    }

    private static func linear(_ position: Float, _ count: Int) -> [(place: Int, share: Float)] {
        let first = min(Int(position), count - 1)
        let rest = min(max(position - Float(first), 0), 1)
        return [(first, 1 - rest), (min(first + 1, count - 1), rest)]
    }

    private static func cubic(_ position: Float, _ count: Int) -> [(place: Int, share: Float)] {
        let first = Int(position.rounded(.down))
        let t = position - Float(first)
        let a: Float = -0.75
        func near(_ x: Float) -> Float { ((a + 2) * x - (a + 3)) * x * x + 1 }
        func far(_ x: Float) -> Float { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
        let shares = [far(t + 1), near(t), near(1 - t), far(2 - t)]
        return shares.enumerated().map { (min(max(first - 1 + $0, 0), count - 1), $1) }
    }

    private static func mean(_ first: Int, _ last: Int) -> [(place: Int, share: Float)] {
        (first...last).map { ($0, 1 / Float(last - first + 1)) }
    }

    /// A plane of values in another size.
    static func resized(
        _ plane: ArraySlice<Float>, height: Int, width: Int, rows: PatchResizing,
        columns: PatchResizing
    ) -> [Float] {
        var narrow: [Float] = []
        narrow.reserveCapacity(height * columns.taps.count)
        for row in 0..<height {
            let start = plane.startIndex + row * width
            for taps in columns.taps {
                narrow.append(taps.reduce(0) { $0 + $1.share * plane[start + $1.place] })
            }
        }
        let across = columns.taps.count
        return rows.taps.flatMap { taps in
            (0..<across).map { column in
                taps.reduce(0) { $0 + $1.share * narrow[$1.place * across + column] }
            }
        }
    }
}
