/// A tensor's shape as three dimensions, of which the middle one is summed or repeated.
private struct Lines {
    let outer, length, inner: Int

    /// The middle is what the adjacent `dimensions` make together.
    init(_ shape: [Int], _ dimensions: Range<Int>) {
        outer = shape[..<dimensions.lowerBound].reduce(1, *)
        length = shape[dimensions].reduce(1, *)
        inner = shape[dimensions.upperBound...].reduce(1, *)
    }
}

extension [Int] {
    /// Runs of adjacent numbers of a list of dimensions, in ascending order.
    fileprivate var runs: [Range<Int>] {
        var runs: [Range<Int>] = []
        for dimension in Set(self).sorted() {
            if let last = runs.last, last.upperBound == dimension {
                runs[runs.count - 1] = last.lowerBound..<(dimension + 1)
            } else {
                runs.append(dimension..<(dimension + 1))
            }
        }
        return runs
    }
}

extension Tensor {
    /// The sums along some dimensions times a factor; those dimensions stay, with size 1.
    ///
    /// Sums are gathered in double precision.
    package func summed(along dimensions: [Int], times factor: Double = 1) throws -> Tensor {
        var shape = shape
        let source = try plain()
        var sums: [Double]?
        for run in dimensions.runs {
            let lines = Lines(shape, run)
            sums =
                unsafe sums.map { unsafe $0.withUnsafeBufferPointer { unsafe add($0, lines) } }
                ?? add(UnsafeBufferPointer(source.buffer), lines)
            for dimension in run { shape[dimension] = 1 }
        }
        guard let sums else { return source }
        return try device.tensor(sums.map { Float($0 * factor) }, shape: shape)
    }

    private func add<Number: BinaryFloatingPoint>(
        _ values: UnsafeBufferPointer<Number>, _ lines: Lines
    ) -> [Double] {
        var sums = [Double](repeating: 0, count: lines.outer * lines.inner)
        for outer in 0..<lines.outer {
            for place in 0..<lines.length {
                let start = (outer * lines.length + place) * lines.inner
                for inner in 0..<lines.inner {
                    unsafe sums[outer * lines.inner + inner] += Double(values[start + inner])
                }
            }
        }
        return sums
    }

    /// The values, times a factor, repeated along dimensions of size 1 until they fill a shape.
    ///
    /// Errors: traps where another dimension differs.
    package func repeated(toFill target: [Int], times factor: Float = 1) throws -> Tensor {
        require(
            shape.count == target.count && zip(shape, target).allSatisfy { $0 == $1 || $0 == 1 },
            "\(shape) does not fill \(target)")
        var values = try plainValues()
        if factor != 1 { for place in values.indices { values[place] *= factor } }
        var shape = shape
        let dimensions = shape.indices.filter { shape[$0] != target[$0] }
        for run in dimensions.runs {
            for dimension in run { shape[dimension] = target[dimension] }
            let lines = Lines(shape, run)
            var longer: [Float] = []
            longer.reserveCapacity(shape.elementCount)
            for outer in 0..<lines.outer {
                let line = values[outer * lines.inner..<(outer + 1) * lines.inner]
                for _ in 0..<lines.length { longer += line }
            }
            values = longer
        }
        return try device.tensor(values, shape: shape)
    }
}
