extension Image {
    /// Every pixel with its eight neighbours, itself counted five times; edges are mirrored.
    ///
    /// Source: `filter2D` with the kernel of `adjust_sharpness` of MMCV. Thirteenths have no ties, so
    /// whole numbers give its roundings.
    func smoothed(_ values: [UInt8]) -> [UInt8] {
        let length = width * channels
        let before = (0..<width).map { PaddingMode.reflect.source(of: $0 - 1, count: width) ?? 0 }
        let after = (0..<width).map { PaddingMode.reflect.source(of: $0 + 1, count: width) ?? 0 }
        var column = [Int32](repeating: 0, count: length)
        var result = values
        for y in 0..<height {
            let above = (PaddingMode.reflect.source(of: y - 1, count: height) ?? 0) * length
            let below = (PaddingMode.reflect.source(of: y + 1, count: height) ?? 0) * length
            let row = y * length
            for x in 0..<length {
                column[x] =
                    Int32(values[above + x]) &+ Int32(values[row + x]) &+ Int32(values[below + x])
            }
            for x in 0..<width {
                for channel in 0..<channels {
                    let place = x * channels + channel
                    let sum =
                        column[before[x] * channels + channel] &+ column[place]
                        &+ column[after[x] * channels + channel]
                        &+ 4 &* Int32(values[row + place])
                    result[row + place] = UInt8(truncatingIfNeeded: (2 &* sum &+ 13) / 26)
                }
            }
        }
        return result
    }
}
