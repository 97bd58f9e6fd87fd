/// How the surroundings of an image are filled.
///
/// Source: the padding modes of MMCV's `impad`, that is OpenCV's border types.
enum PaddingMode: String, Sendable, CaseIterable {
    /// A fixed value.
    case constant
    /// The last pixel.
    case edge
    /// The image mirrored without repeating its last pixel.
    case reflect
    /// The image mirrored.
    case symmetric

    /// Which of `count` pixels stands at a place outside or inside; nil for the fixed value.
    func source(of place: Int, count: Int) -> Int? {
        if (0..<count).contains(place) { return place }
        switch self {
        case .constant: return nil
        case .edge: return min(max(place, 0), count - 1)
        case .reflect where count == 1: return 0
        case .reflect:
            let period = 2 * count - 2
            let within = ((place % period) + period) % period
            return min(within, period - within)
        case .symmetric:
            let within = ((place % (2 * count)) + 2 * count) % (2 * count)
            return min(within, 2 * count - 1 - within)
        }
    }
}

/// How far an image is extended at each side.
struct Padding: Sendable, Equatable {
    var left = 0
    var top = 0
    var right = 0
    var bottom = 0
}

extension Image {
    /// The part of that size whose first pixel is at `top`, `left`.
    func cropped(top: Int, left: Int, height: Int, width: Int) -> Image {
        if height == self.height, width == self.width { return self }
        return rearranged(height: height, width: width, Crop(top, left, height, width))
    }

    /// The image with room around it; `values` has a fill value for each channel.
    func padded(_ padding: Padding, mode: PaddingMode, values: [Double]) -> Image {
        rearranged(
            height: height + padding.top + padding.bottom,
            width: width + padding.left + padding.right,
            Extension(padding: padding, mode: mode, fill: values))
    }

    /// The image with its columns in reverse order.
    func flippedHorizontally() -> Image {
        rearranged(height: height, width: width, FlipColumns())
    }

    /// The image with rows and columns exchanged.
    func transposed() -> Image { rearranged(height: width, width: height, ExchangeSides()) }

    /// The image with its rows in reverse order.
    func flippedVertically() -> Image { rearranged(height: height, width: width, FlipRows()) }
}

private struct Crop: Rearrangement {
    let top, left, height, width: Int

    init(_ top: Int, _ left: Int, _ height: Int, _ width: Int) {
        (self.top, self.left, self.height, self.width) = (top, left, height, width)
    }

    func callAsFunction<Value: PixelValue>(_ values: [Value], _ image: Image) -> [Value] {
        let c = image.channels
        var result: [Value] = []
        result.reserveCapacity(height * width * c)
        for y in top..<(top + height) {
            let start = (y * image.width + left) * c
            result.append(contentsOf: values[start..<(start + width * c)])
        }
        return result
    }
}

private struct Extension: Rearrangement {
    let padding: Padding
    let mode: PaddingMode
    let fill: [Double]

    func callAsFunction<Value: PixelValue>(_ values: [Value], _ image: Image) -> [Value] {
        let c = image.channels
        let fill = fill.map(Value.init(clamping:))
        let width = image.width + padding.left + padding.right
        let height = image.height + padding.top + padding.bottom
        let columns = (0..<width).map { mode.source(of: $0 - padding.left, count: image.width) }
        let emptyRow = (0..<width).flatMap { _ in fill }
        var result: [Value] = []
        result.reserveCapacity(height * width * c)

        func append(_ columns: ArraySlice<Int?>, ofRow row: Int) {
            for column in columns {
                if let column {
                    let start = row + column * c
                    for i in start..<(start + c) { result.append(values[i]) }
                } else {
                    result.append(contentsOf: fill)
                }
            }
        }
        for y in 0..<height {
            guard let source = mode.source(of: y - padding.top, count: image.height) else {
                result.append(contentsOf: emptyRow)
                continue
            }
            let row = source * image.width * c
            append(columns[..<padding.left], ofRow: row)
            result.append(contentsOf: values[row..<(row + image.width * c)])
            append(columns[(padding.left + image.width)...], ofRow: row)
        }
        return result
    }
}

private struct FlipColumns: Rearrangement {
    func callAsFunction<Value: PixelValue>(_ values: [Value], _ image: Image) -> [Value] {
        let c = image.channels
        let w = image.width
        var result = values
        for y in 0..<image.height {
            let row = y * w * c
            for x in 0..<w {
                let from = row + (w - 1 - x) * c
                for channel in 0..<c { result[row + x * c + channel] = values[from + channel] }
            }
        }
        return result
    }
}

private struct FlipRows: Rearrangement {
    func callAsFunction<Value: PixelValue>(_ values: [Value], _ image: Image) -> [Value] {
        let length = image.width * image.channels
        var result: [Value] = []
        result.reserveCapacity(values.count)
        for y in (0..<image.height).reversed() {
            result.append(contentsOf: values[(y * length)..<((y + 1) * length)])
        }
        return result
    }
}

private struct ExchangeSides: Rearrangement {
    func callAsFunction<Value: PixelValue>(_ values: [Value], _ image: Image) -> [Value] {
        let c = image.channels
        var result: [Value] = []
        result.reserveCapacity(values.count)
        for x in 0..<image.width {
            for y in 0..<image.height {
                let start = (y * image.width + x) * c
                for place in start..<(start + c) { result.append(values[place]) }
            }
        }
        return result
    }
}
