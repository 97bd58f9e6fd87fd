/// Mixes an image with another one: `part` of the first, the rest of the second.
///
/// Source: `addWeighted` of OpenCV 4, whose roundings these are.
struct Blending {
    let part: Double

    /// Mixes bytes in single precision with one rounding a pixel, halves to even.
    func bytes(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        let weight = Double(Float(part))
        let rest = Float(1 - part)
        var result = first
        for place in result.indices {
            // The product is exact in double precision, so this is a fused multiplication.
            let sum = Float(Double(first[place]) * weight + Double(Float(second[place]) * rest))
            result[place] = UInt8(nearest(min(max(sum, -1), 256)).clampedToByte)
        }
        return result
    }

    /// Mixes in double precision, rounds to single, and cuts the fraction off.
    func cut(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        let rest = 1 - part
        var result = first
        for place in result.indices {
            result[place] = cut(first[place], second[place], rest)
        }
        return result
    }

    /// Mixes as Pillow does: the way from the second to the first, in single precision, cut off.
    func pillow(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        let part = Float(part)
        var result = first
        for place in result.indices {
            let way = Float(Int32(first[place]) - Int32(second[place]))
            let sum = Float(second[place]) + part * way
            result[place] = UInt8(sum.clampedToByte)
        }
        return result
    }

    /// Mixes one pair as `cut` does.
    func cut(_ first: UInt8, _ second: UInt8) -> UInt8 { cut(first, second, 1 - part) }

    @inline(__always)
    private func cut(_ first: UInt8, _ second: UInt8, _ rest: Double) -> UInt8 {
        let sum = Float(Double(first) * part + Double(second) * rest)
        return UInt8(sum.clampedToByte)
    }
}

extension Float {
    /// The value within what a byte holds.
    fileprivate var clampedToByte: Float { Swift.min(Swift.max(self, 0), 255) }
}
