extension Image {
    /// The image moved by a map, within its size; `fill` has a value for each channel outside.
    ///
    /// Source: `warpAffine` of OpenCV 4 with a constant border, whose bytes it gives.
    func warped(_ values: [UInt8], by map: AffineMap, _ interpolation: Interpolation, fill: [UInt8])
        -> [UInt8]
    {
        let warp = Warp(image: self, values: values, map: map.inverse, fill: fill)
        return switch interpolation {
        case .nearest: warp.nearest()
        // There is no area of a moved pixel: OpenCV interpolates linearly.
        case .bilinear, .area: warp.weighted(WarpWeights.linear)
        case .bicubic: warp.weighted(WarpWeights(.cubic))
        case .lanczos: warp.weighted(WarpWeights(.lanczos))
        }
    }
}

/// One walk over the pixels of a moved image; places are kept in 1/1024 of a pixel.
private struct Warp {
    let image: Image
    let values: [UInt8]
    let map: AffineMap
    let fill: [UInt8]

    /// The steps of one coordinate along a row.
    private func steps(_ slope: Double) -> [Int] {
        (0..<image.width).map { fixed(slope * Double($0) * 1024) }
    }

    private func fixed(_ value: Double) -> Int {
        Int(min(max(value.rounded(.toNearestOrEven), -2_147_483_648), 2_147_483_647))
    }

    private func start(_ y: Int) -> (x: Int, y: Int) {
        (
            fixed((map.b * Double(y) + map.c) * 1024),
            fixed((map.e * Double(y) + map.f) * 1024)
        )
    }

    func nearest() -> [UInt8] {
        let c = image.channels
        let (stepsX, stepsY) = (steps(map.a), steps(map.d))
        var result = values
        for y in 0..<image.height {
            let (startX, startY) = start(y)
            var place = y * image.width * c
            for x in 0..<image.width {
                let fromX = (startX + 512 + stepsX[x]) >> 10
                let fromY = (startY + 512 + stepsY[x]) >> 10
                let isInside =
                    fromX >= 0 && fromX < image.width && fromY >= 0 && fromY < image.height
                let from = isInside ? (fromY * image.width + fromX) * c : 0
                for channel in 0..<c {
                    result[place] = isInside ? values[from + channel] : fill[channel]
                    place += 1
                }
            }
        }
        return result
    }

    func weighted(_ weights: WarpWeights) -> [UInt8] {
        let c = image.channels
        let (stepsX, stepsY) = (steps(map.a), steps(map.d))
        var result = values
        for y in 0..<image.height {
            let (startX, startY) = start(y)
            var place = y * image.width * c
            for x in 0..<image.width {
                let toX = (startX + 16 + stepsX[x]) >> 5
                let toY = (startY + 16 + stepsY[x]) >> 5
                let table = ((toY & 31) << 5 | (toX & 31)) * weights.side * weights.side
                let left = (toX >> 5) - weights.reach
                let top = (toY >> 5) - weights.reach
                for channel in 0..<c {
                    result[place] = sum(left, top, channel, weights, at: table)
                    place += 1
                }
            }
        }
        return result
    }

    private func sum(_ left: Int, _ top: Int, _ channel: Int, _ weights: WarpWeights, at table: Int)
        -> UInt8
    {
        let side = weights.side
        let c = image.channels
        var sum: Int32 = 1 << 14
        var place = table
        if left >= 0, top >= 0, left + side <= image.width, top + side <= image.height {
            for row in top..<(top + side) {
                var from = (row * image.width + left) * c + channel
                for _ in 0..<side {
                    sum &+= Int32(values[from]) &* weights.values[place]
                    from += c
                    place += 1
                }
            }
        } else {
            let outside = Int32(fill[channel])
            for row in top..<(top + side) {
                for column in left..<(left + side) {
                    let isInside =
                        row >= 0 && row < image.height && column >= 0 && column < image.width
                    let value =
                        isInside
                        ? Int32(values[(row * image.width + column) * c + channel]) : outside
                    sum &+= value &* weights.values[place]
                    place += 1
                }
            }
        }
        return UInt8(clamping: sum >> 15)
    }
}
