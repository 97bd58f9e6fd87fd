/// Means over windows that the kernel library has no pooling for: windows of unequal sizes, or divided
/// by something else than what they see.
///
/// Shape: input `[N, C, H, W]`, output `[N, C, H', W']`.
/// Source: `torch.nn.functional.avg_pool2d`, `adaptive_avg_pool2d`.
package struct WindowMeans {
    /// The windows along height or width.
    struct Axis {
        let inputSize: Int
        /// What each window sees of the input.
        var ranges: [Range<Int>] = []
        /// What each window's sum is divided by along this axis.
        var divisors: [Int] = []

        /// Windows that together cover the input as evenly as they can, overlapping where they must.
        init(adaptive count: Int, over size: Int) {
            inputSize = size
            for place in 0..<count {
                let range = (place * size / count)..<((place + 1) * size + count - 1) / count
                ranges.append(range)
                divisors.append(range.count)
            }
        }

        /// Windows over a padded input; of one that hangs over the padding its part inside counts.
        init(count: Int, over size: Int, kernel: Int, stride: Int, padding: Int) {
            inputSize = size
            for place in 0..<count {
                let start = place * stride - padding
                let end = min(start + kernel, size + padding)
                ranges.append(max(start, 0)..<max(min(end, size), max(start, 0)))
                divisors.append(end - start)
            }
        }
    }

    let rows: Axis
    let columns: Axis

    /// The windows of an adaptive pooling to that size.
    ///
    /// Errors: throws `ShapeError` for an input without four dimensions or without pixels, or an empty
    /// output.
    package init(adaptive size: (height: Int, width: Int), _ input: Tensor) throws {
        guard input.shape.count == 4, input.shape[2] > 0, input.shape[3] > 0, size.height > 0,
            size.width > 0
        else {
            throw ShapeError(
                "adaptive average pooling: input \(input.shape) does not pool to "
                    + "(\(size.height), \(size.width))")
        }
        rows = Axis(adaptive: size.height, over: input.shape[2])
        columns = Axis(adaptive: size.width, over: input.shape[3])
    }

    /// The windows of a pooling whose last ones hang over the padded input, the zeros of the padding
    /// counted; nil where none does, and the kernel library pools as it should.
    package init?(countingPadding window: Window, _ input: Tensor) {
        guard input.shape.count == 4, window.padding != (0, 0), window.dilation == (1, 1),
            let output = window.output(
                height: input.shape[2], width: input.shape[3], roundsUp: true)
        else { return nil }
        rows = Axis(
            count: output.height, over: input.shape[2], kernel: window.kernel.height,
            stride: window.stride.height, padding: window.padding.height)
        columns = Axis(
            count: output.width, over: input.shape[3], kernel: window.kernel.width,
            stride: window.stride.width, padding: window.padding.width)
        let areWhole =
            rows.divisors.allSatisfy { $0 == window.kernel.height }
            && columns.divisors.allSatisfy { $0 == window.kernel.width }
        if areWhole { return nil }
    }

    /// The mean of every window.
    package func forward(_ input: Tensor) throws -> Tensor {
        let output = input.device.empty(
            Array(input.shape.prefix(2)) + [rows.ranges.count, columns.ranges.count])
        let source = try input.plain()
        let (values, means) = unsafe (source.buffer, output.buffer)
        forEachWindow(planes: input.shape[0] * input.shape[1]) { place, pixelRows, share in
            var sum: Float = 0
            for pixels in pixelRows {
                for pixel in pixels { unsafe sum += values[pixel] }
            }
            unsafe means[place] = sum * share
        }
        return output
    }

    /// The gradient of the input, given that of the output.
    package func backward(_ gradient: Tensor) throws -> Tensor {
        let planes = Array(gradient.shape.prefix(2))
        let result = try gradient.device.zeros(planes + [rows.inputSize, columns.inputSize])
        let source = try gradient.plain()
        let (values, sums) = unsafe (source.buffer, result.buffer)
        forEachWindow(planes: planes.elementCount) { place, pixelRows, share in
            let part = unsafe values[place] * share
            for pixels in pixelRows {
                for pixel in pixels { unsafe sums[pixel] += part }
            }
        }
        return result
    }

    /// Calls `body` with each window's place in the output, the places of the pixels it sees, row by
    /// row, and the share of each.
    private func forEachWindow(
        planes: Int,
        _ body: (_ place: Int, _ pixelRows: LazyMapSequence<Range<Int>, Range<Int>>, _ share: Float)
            -> Void
    ) {
        var place = 0
        for plane in 0..<planes {
            let start = plane * rows.inputSize * columns.inputSize
            for (y, rowRange) in rows.ranges.enumerated() {
                for (x, columnRange) in columns.ranges.enumerated() {
                    let pixelRows = rowRange.lazy.map { row in
                        let line = start + row * columns.inputSize
                        return line + columnRange.lowerBound..<line + columnRange.upperBound
                    }
                    body(place, pixelRows, 1 / Float(rows.divisors[y] * columns.divisors[x]))
                    place += 1
                }
            }
        }
    }
}
