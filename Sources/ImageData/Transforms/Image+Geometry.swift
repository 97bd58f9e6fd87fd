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

    /// The image with room around it, or a part of that; `values` has a fill value for each channel.
    func padded(
        _ padding: Padding, mode: PaddingMode, values: [Double], part: PixelBox? = nil
    ) -> Image {
        let part =
            part
            ?? PixelBox(
                top: 0, left: 0, height: height + padding.top + padding.bottom,
                width: width + padding.left + padding.right)
        return rearranged(
            height: part.height, width: part.width,
            Extension(padding: padding, mode: mode, fill: values, part: part))
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
    /// What of the extended image is wanted.
    let part: PixelBox

    func callAsFunction<Value: PixelValue>(_ values: [Value], _ image: Image) -> [Value] {
        let c = image.channels
        let fill = fill.map(Value.init(clamping:))
        var result = [Value](repeating: fill[0], count: part.height * part.width * c)
        for channel in 1..<max(c, 1) where fill[channel] != fill[0] {
            let value = fill[channel]
            for place in stride(from: channel, to: result.count, by: c) { result[place] = value }
        }
        // The columns that come from inside are copied at once, the others one by one.
        let first = padding.left - part.left
        let inside = min(max(first, 0), part.width)..<min(max(first + image.width, 0), part.width)
        let outside =
            mode == .constant
            ? [] : Array(0..<inside.lowerBound) + Array(inside.upperBound..<part.width)
        for y in 0..<part.height {
            guard
                let source = mode.source(
                    of: part.top + y - padding.top, count: image.height)
            else { continue }
            let row = source * image.width
            let start = y * part.width
            if !inside.isEmpty {
                let from = (row + inside.lowerBound - first) * c
                let to = (start + inside.lowerBound) * c
                let length = inside.count * c
                unsafe result.withUnsafeMutableBufferPointer { result in
                    unsafe values.withUnsafeBufferPointer { values in
                        _ = unsafe UnsafeMutableBufferPointer(
                            rebasing: result[to..<(to + length)]
                        ).update(fromContentsOf: values[from..<(from + length)])
                    }
                }
            }
            for x in outside {
                guard let column = mode.source(of: x - first, count: image.width) else { continue }
                for channel in 0..<c {
                    result[(start + x) * c + channel] = values[(row + column) * c + channel]
                }
            }
        }
        return result
    }
}

private struct FlipColumns: Rearrangement {
    func callAsFunction<Value: PixelValue>(_ values: [Value], _ image: Image) -> [Value] {
        let c = image.channels
        let w = image.width
        return unsafe [Value](unsafeUninitializedCapacity: values.count) { result, filled in
            unsafe values.withUnsafeBufferPointer { values in
                for y in 0..<image.height {
                    var to = y * w * c
                    var from = to + (w - 1) * c
                    for _ in 0..<w {
                        if c == 3 {
                            unsafe result[to] = values[from]
                            unsafe result[to + 1] = values[from + 1]
                            unsafe result[to + 2] = values[from + 2]
                        } else {
                            for channel in 0..<c {
                                unsafe result[to + channel] = values[from + channel]
                            }
                        }
                        to += c
                        from -= c
                    }
                }
            }
            filled = values.count
        }
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
