package import TensorCore

extension Reference {
    /// Which elements a pooling window sees, and what a mean over it divides by.
    private struct PoolingWindow {
        let places: [Int]
        /// The window's size in the padded input, as PyTorch counts it.
        let paddedCount: Int
    }

    private static func outputSize(
        _ input: Int, _ k: Int, _ s: Int, _ p: Int, _ d: Int, _ roundsUp: Bool
    ) -> Int {
        let room = input + 2 * p - d * (k - 1) - 1
        var count = (roundsUp ? (room + s - 1) / s : room / s) + 1
        if roundsUp && (count - 1) * s >= input + p { count -= 1 }
        return count
    }

    private static func poolingOutput(_ input: [Int], _ w: Window, _ roundsUp: Bool) -> [Int] {
        [
            input[0], input[1],
            outputSize(
                input[2], w.kernel.height, w.stride.height, w.padding.height, w.dilation.height,
                roundsUp),
            outputSize(
                input[3], w.kernel.width, w.stride.width, w.padding.width, w.dilation.width,
                roundsUp),
        ]
    }

    private static func poolingWindow(_ place: Int, _ input: [Int], _ output: [Int], _ w: Window)
        -> PoolingWindow
    {
        let x = place % output[3]
        let y = place / output[3] % output[2]
        let plane = place / (output[3] * output[2])
        let top = y * w.stride.height - w.padding.height
        let left = x * w.stride.width - w.padding.width
        var places: [Int] = []
        for r in 0..<w.kernel.height {
            let row = top + r * w.dilation.height
            for s in 0..<w.kernel.width {
                let column = left + s * w.dilation.width
                guard 0..<input[2] ~= row, 0..<input[3] ~= column else { continue }
                places.append((plane * input[2] + row) * input[3] + column)
            }
        }
        let rows = min(top + w.kernel.height, input[2] + w.padding.height) - top
        let columns = min(left + w.kernel.width, input[3] + w.padding.width) - left
        return PoolingWindow(places: places, paddedCount: rows * columns)
    }

    /// The largest value of every window of `[N, C, H, W]`.
    package static func maxPooling(
        _ input: ReferenceArray, _ window: Window, roundsUp: Bool = false
    ) -> ReferenceArray {
        var output = ReferenceArray(zeros: poolingOutput(input.shape, window, roundsUp))
        for place in output.values.indices {
            let seen = poolingWindow(place, input.shape, output.shape, window)
            output.values[place] = seen.places.map { input.values[$0] }.max() ?? -.infinity
        }
        return output
    }

    /// The gradient of a max pooling's input: the first largest value of a window gets it all.
    package static func maxPoolingGradient(
        _ gradient: ReferenceArray, _ input: ReferenceArray, _ window: Window
    ) -> ReferenceArray {
        var result = ReferenceArray(zeros: input.shape)
        for (place, value) in gradient.values.enumerated() {
            let seen = poolingWindow(place, input.shape, gradient.shape, window)
            // `max(by:)` keeps the first of equals.
            let largest = seen.places.max { input.values[$0] < input.values[$1] }
            if let largest { result.values[largest] += value }
        }
        return result
    }

    /// The mean of every window of `[N, C, H, W]`.
    package static func averagePooling(
        _ input: ReferenceArray, _ window: Window, roundsUp: Bool = false,
        countsPadding: Bool = true
    ) -> ReferenceArray {
        var output = ReferenceArray(zeros: poolingOutput(input.shape, window, roundsUp))
        for place in output.values.indices {
            let seen = poolingWindow(place, input.shape, output.shape, window)
            let count = countsPadding ? seen.paddedCount : seen.places.count
            output.values[place] =
                seen.places.reduce(0) { $0 + input.values[$1] } / Double(count)
        }
        return output
    }

    /// The gradient of an average pooling's input.
    package static func averagePoolingGradient(
        _ gradient: ReferenceArray, inputShape: [Int], _ window: Window, countsPadding: Bool = true
    ) -> ReferenceArray {
        var result = ReferenceArray(zeros: inputShape)
        for (place, value) in gradient.values.enumerated() {
            let seen = poolingWindow(place, inputShape, gradient.shape, window)
            let count = countsPadding ? seen.paddedCount : seen.places.count
            for place in seen.places { result.values[place] += value / Double(count) }
        }
        return result
    }
}
