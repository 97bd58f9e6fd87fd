/// Where a pixel of the result lies: at `source` or the given part of the way to the next pixel.
struct Neighbour {
    let source: Int
    let fraction: Float

    /// Pixels whose centres are spread evenly.
    static func linear(from: Int, to: Int) -> [Neighbour] {
        let scale = 1 / (Double(to) / Double(from))
        return (0..<to).map { place in
            let position = Float((Double(place) + 0.5) * scale - 0.5)
            let source = position.rounded(.down)
            return Neighbour(source: Int(source), fraction: position - source)
        }
    }

    /// What OpenCV's area interpolation does where an image grows: pixels keep their area.
    static func enlarging(from: Int, to: Int) -> [Neighbour] {
        let inverse = Double(to) / Double(from)
        let scale = 1 / inverse
        return (0..<to).map { place in
            let source = (Double(place) * scale).rounded(.down)
            let fraction = Float(Double(place + 1) - (source + 1) * inverse)
            return Neighbour(
                source: Int(source),
                fraction: fraction <= 0 ? 0 : fraction - fraction.rounded(.down))
        }
    }
}

/// Interpolation between two neighbours, first along rows, then between them.
struct BilinearResize {
    private let image: Image
    private let columns: [Neighbour]
    private let rows: [Neighbour]

    init(
        _ image: Image, _ height: Int, _ width: Int,
        _ neighbours: (_ from: Int, _ to: Int) -> [Neighbour]
    ) {
        self.image = image
        let last = image.width - 1
        columns = neighbours(image.width, width).map { column in
            if column.source < 0 { return Neighbour(source: 0, fraction: 0) }
            return column.source >= last ? Neighbour(source: last, fraction: 0) : column
        }
        // Between rows only the numbers are clamped: the weights stay.
        rows = neighbours(image.height, height)
    }

    var result: Image {
        let pixels: Image.Pixels =
            switch image.pixels {
            case .uint8(let values): .uint8(bytes(values))
            case .float32(let values): .float32(floats(values))
            }
        return image.like(height: rows.count, width: columns.count, pixels)
    }

    private func bytes(_ values: [UInt8]) -> [UInt8] {
        let weights = columns.map { (fixedPoint(1 - $0.fraction), fixedPoint($0.fraction)) }
        var upper = [Int32](repeating: 0, count: columns.count * image.channels)
        var lower = upper
        var present = (-1, -1)
        var result: [UInt8] = []
        result.reserveCapacity(rows.count * upper.count)
        for row in rows {
            let wanted = neighbours(of: row)
            if wanted.0 != present.0 { stretch(values, wanted.0, weights, into: &upper) }
            if wanted.1 != present.1 { stretch(values, wanted.1, weights, into: &lower) }
            present = wanted
            let b0 = fixedPoint(1 - row.fraction)
            let b1 = fixedPoint(row.fraction)
            for i in upper.indices {
                let sum = ((b0 * (upper[i] >> 4)) >> 16) + ((b1 * (lower[i] >> 4)) >> 16)
                result.append(UInt8(clamping: (sum + 2) >> 2))
            }
        }
        return result
    }

    private func stretch(
        _ values: [UInt8], _ row: Int, _ weights: [(Int32, Int32)], into line: inout [Int32]
    ) {
        let c = image.channels
        var place = 0
        for (column, (a0, a1)) in zip(columns, weights) {
            let step = column.source < image.width - 1 ? c : 0
            let start = (row * image.width + column.source) * c
            for from in start..<(start + c) {
                line[place] = Int32(values[from]) * a0 + Int32(values[from + step]) * a1
                place += 1
            }
        }
    }

    private func floats(_ values: [Float]) -> [Float] {
        let c = image.channels
        var result: [Float] = []
        result.reserveCapacity(rows.count * columns.count * c)
        for row in rows {
            let (upper, lower) = neighbours(of: row)
            for column in columns {
                let step = column.source < image.width - 1 ? c : 0
                let (a0, a1) = (1 - column.fraction, column.fraction)
                let first = (upper * image.width + column.source) * c
                let second = (lower * image.width + column.source) * c
                for channel in 0..<c {
                    let above = values[first + channel] * a0 + values[first + channel + step] * a1
                    let below = values[second + channel] * a0 + values[second + channel + step] * a1
                    result.append(above * (1 - row.fraction) + below * row.fraction)
                }
            }
        }
        return result
    }

    private func neighbours(of row: Neighbour) -> (Int, Int) {
        let last = image.height - 1
        return (min(max(row.source, 0), last), min(max(row.source + 1, 0), last))
    }
}

/// A weight as a multiple of 1/2048.
func fixedPoint(_ weight: Float) -> Int32 {
    Int32((weight * 2048).rounded(.toNearestOrEven))
}
