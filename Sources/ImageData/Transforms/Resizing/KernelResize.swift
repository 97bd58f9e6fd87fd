import Foundation

/// The weights of the pixels around a place, as functions of how far it lies beyond a pixel.
enum ResizeKernel {
    /// Four pixels, the cubic with a = -3/4.
    case cubic
    /// Eight pixels, the sinc under a sinc window.
    case lanczos

    /// How many pixels before the one at or left of the place have a weight.
    var reach: Int { self == .cubic ? 1 : 3 }

    func weights(at x: Float) -> [Float] { self == .cubic ? Self.cubic(x) : Self.lanczos(x) }

    private static func cubic(_ x: Float) -> [Float] {
        let a: Float = -0.75
        let first = ((a * (x + 1) - 5 * a) * (x + 1) + 8 * a) * (x + 1) - 4 * a
        let second = ((a + 2) * x - (a + 3)) * x * x + 1
        let third = ((a + 2) * (1 - x) - (a + 3)) * (1 - x) * (1 - x) + 1
        return [first, second, third, 1 - first - second - third]
    }

    private static func lanczos(_ x: Float) -> [Float] {
        let r = 0.5.squareRoot()
        // sin(y - i π/4) as a combination of sin y and cos y.
        let turns: [(Double, Double)] = [
            (1, 0), (-r, -r), (0, 1), (r, -r), (-1, 0), (r, r), (0, -1), (-r, r),
        ]
        let start = -Double(x + 3) * .pi * 0.25
        let (sine, cosine) = (sin(start), cos(start))
        var weights = turns.enumerated().map { i, turn -> Float in
            let distance = x + 3 - Float(i)
            // At a pixel the quotient below has no value: its weight outdoes all others.
            if abs(distance) < 1e-6 { return 1e30 }
            let y = -Double(distance) * .pi * 0.25
            return Float((turn.0 * sine + turn.1 * cosine) / (y * y))
        }
        let scale = 1 / weights.reduce(0, +)
        for i in weights.indices { weights[i] *= scale }
        return weights
    }
}

/// Resizing by a kernel over several neighbours, first along rows, then between them.
struct KernelResize {
    /// For a place of the result: the pixels that have a part in it, and their weights.
    private struct Tap {
        let sources: [Int]
        let weights: [Float]
        let fixed: [Int32]

        static func all(_ from: Int, _ to: Int, _ kernel: ResizeKernel) -> [Tap] {
            Neighbour.linear(from: from, to: to).map { place in
                let weights = kernel.weights(at: place.fraction)
                let sources = weights.indices.map {
                    min(max(place.source - kernel.reach + $0, 0), from - 1)
                }
                return Tap(sources: sources, weights: weights, fixed: weights.map(fixedPoint))
            }
        }
    }

    private let image: Image
    private let kernel: ResizeKernel
    private let columns: [Tap]
    private let rows: [Tap]

    init(_ image: Image, _ height: Int, _ width: Int, _ kernel: ResizeKernel) {
        self.image = image
        self.kernel = kernel
        columns = Tap.all(image.width, width, kernel)
        rows = Tap.all(image.height, height, kernel)
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
        guard kernel == .lanczos else {
            // OpenCV leaves cubic resizing to a library that computes in single precision.
            return floats(values.map(Float.init)).map {
                UInt8(clamping: Int32($0.rounded(.toNearestOrEven)))
            }
        }
        let lines = stretched(values.map(Int32.init), \.fixed)
        let length = columns.count * image.channels
        var result: [UInt8] = []
        result.reserveCapacity(rows.count * length)
        for row in rows {
            let starts = row.sources.map { $0 * length }
            for i in 0..<length {
                var sum: Int32 = 1 << 21
                for k in starts.indices { sum &+= lines[starts[k] + i] &* row.fixed[k] }
                result.append(UInt8(clamping: sum >> 22))
            }
        }
        return result
    }

    private func floats(_ values: [Float]) -> [Float] {
        let lines = stretched(values, \.weights)
        let length = columns.count * image.channels
        var result: [Float] = []
        result.reserveCapacity(rows.count * length)
        for row in rows {
            let starts = row.sources.map { $0 * length }
            for i in 0..<length {
                var sum: Float = 0
                for k in starts.indices { sum += lines[starts[k] + i] * row.weights[k] }
                result.append(sum)
            }
        }
        return result
    }

    /// All rows at the new width.
    private func stretched<Value: Numeric>(_ values: [Value], _ weights: KeyPath<Tap, [Value]>)
        -> [Value]
    {
        let c = image.channels
        let taps = columns.map {
            (sources: $0.sources.map { $0 * c }, weights: $0[keyPath: weights])
        }
        var lines: [Value] = []
        lines.reserveCapacity(image.height * taps.count * c)
        for y in 0..<image.height {
            let row = y * image.width * c
            for tap in taps {
                for place in row..<(row + c) {
                    var sum: Value = .zero
                    for k in tap.sources.indices {
                        sum += values[place + tap.sources[k]] * tap.weights[k]
                    }
                    lines.append(sum)
                }
            }
        }
        return lines
    }
}
