import Foundation

/// Where pixels go: `x' = a x + b y + c`, `y' = d x + e y + f`.
struct AffineMap: Sendable, Equatable {
    var a = 1.0
    var b = 0.0
    var c = 0.0
    var d = 0.0
    var e = 1.0
    var f = 0.0

    /// A turn about a point, clockwise for positive angles, and a change of size.
    ///
    /// Source: `getRotationMatrix2D` of OpenCV, called with the negated angle as MMCV's `imrotate` does.
    static func rotation(degrees: Double, about center: (x: Double, y: Double), scale: Double)
        -> AffineMap
    {
        let angle = -degrees * .pi / 180
        let (alpha, beta) = (cos(angle) * scale, sin(angle) * scale)
        let (x, y) = (Double(Float(center.x)), Double(Float(center.y)))
        return AffineMap(
            a: alpha, b: beta, c: (1 - alpha) * x - beta * y,
            d: -beta, e: alpha, f: beta * x + (1 - alpha) * y)
    }

    /// Where pixels come from.
    var inverse: AffineMap {
        let determinant = a * e - b * d
        let scale = determinant == 0 ? 0 : 1 / determinant
        var result = AffineMap()
        result.a = e * scale
        result.b = b * -scale
        result.d = d * -scale
        result.e = a * scale
        result.c = -result.a * c - result.b * f
        result.f = -result.d * c - result.e * f
        return result
    }
}
