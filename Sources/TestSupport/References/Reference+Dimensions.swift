import Foundation

extension Reference {
    /// The place of every element, as one index a dimension.
    private static func indices(of place: Int, in shape: [Int]) -> [Int] {
        var rest = place
        return shape.reversed().map { size in
            defer { rest /= size }
            return rest % size
        }.reversed()
    }

    private static func place(of indices: [Int], in shape: [Int]) -> Int {
        zip(indices, shape).reduce(0) { $0 * $1.1 + $1.0 }
    }

    /// The softmax along a dimension.
    package static func softmax(_ input: ReferenceArray, dimension: Int) -> ReferenceArray {
        let sums = sum(input.map { exp($0) }, along: [dimension])
        var output = input
        for place in input.values.indices {
            var indices = indices(of: place, in: input.shape)
            indices[dimension] = 0
            let total = sums.values[Self.place(of: indices, in: sums.shape)]
            output.values[place] = exp(input.values[place]) / total
        }
        return output
    }

    /// The sum along some dimensions, which stay with size 1.
    package static func sum(_ input: ReferenceArray, along dimensions: [Int]) -> ReferenceArray {
        var shape = input.shape
        for dimension in dimensions { shape[dimension] = 1 }
        var output = ReferenceArray(zeros: shape)
        for (place, value) in input.values.enumerated() {
            var indices = indices(of: place, in: input.shape)
            for dimension in dimensions { indices[dimension] = 0 }
            output.values[Self.place(of: indices, in: shape)] += value
        }
        return output
    }

    /// Arrays one behind the other along a dimension.
    package static func concatenation(_ parts: [ReferenceArray], along dimension: Int)
        -> ReferenceArray
    {
        var shape = parts[0].shape
        shape[dimension] = parts.reduce(0) { $0 + $1.shape[dimension] }
        var output = ReferenceArray(zeros: shape)
        var start = 0
        for part in parts {
            for (place, value) in part.values.enumerated() {
                var indices = indices(of: place, in: part.shape)
                indices[dimension] += start
                output.values[Self.place(of: indices, in: shape)] = value
            }
            start += part.shape[dimension]
        }
        return output
    }

    /// Means of windows from `⌊i · size / count⌋` to before `⌈(i + 1) · size / count⌉`.
    package static func adaptiveAveragePooling(_ input: ReferenceArray, _ height: Int, _ width: Int)
        -> ReferenceArray
    {
        var output = ReferenceArray(zeros: Array(input.shape.prefix(2)) + [height, width])
        func range(_ place: Int, _ count: Int, _ size: Int) -> Range<Int> {
            place * size / count..<Int((Double((place + 1) * size) / Double(count)).rounded(.up))
        }
        for place in output.values.indices {
            let at = indices(of: place, in: output.shape)
            var values: [Double] = []
            for y in range(at[2], height, input.shape[2]) {
                for x in range(at[3], width, input.shape[3]) {
                    values.append(
                        input.values[Self.place(of: [at[0], at[1], y, x], in: input.shape)])
                }
            }
            output.values[place] = values.reduce(0, +) / Double(values.count)
        }
        return output
    }
}
