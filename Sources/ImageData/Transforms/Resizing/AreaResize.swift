/// Shrinking by the mean of the area each new pixel covers.
struct AreaResize {
    /// The pixels along one side that a new pixel covers, with the part each has in it.
    private struct Cover {
        var sources: [Int] = []
        var weights: [Float] = []

        static func all(_ from: Int, _ to: Int) -> [Cover] {
            let scale = 1 / (Double(to) / Double(from))
            return (0..<to).map { place in
                let start = Double(place) * scale
                let end = start + scale
                let width = min(scale, Double(from) - start)
                let last = min(Int(end.rounded(.down)), from - 1)
                let first = min(Int(start.rounded(.up)), last)
                var cover = Cover()
                if Double(first) - start > 1e-3 {
                    cover.add(first - 1, (Double(first) - start) / width)
                }
                for source in first..<last { cover.add(source, 1 / width) }
                if end - Double(last) > 1e-3 {
                    cover.add(last, min(min(end - Double(last), 1), width) / width)
                }
                return cover
            }
        }

        private mutating func add(_ source: Int, _ weight: Double) {
            sources.append(source)
            weights.append(Float(weight))
        }
    }

    private let image: Image
    private let height: Int
    private let width: Int

    init(_ image: Image, _ height: Int, _ width: Int) {
        self.image = image
        self.height = height
        self.width = width
    }

    var result: Image {
        let isWhole = image.height % height == 0 && image.width % width == 0
        let pixels: Image.Pixels =
            switch image.pixels {
            case .uint8(let values):
                .uint8(isWhole ? means(values) : covered(values.map(Float.init)).map(rounded))
            case .float32(let values): .float32(covered(values))
            }
        return image.like(height: height, width: width, pixels)
    }

    /// Means of blocks of whole pixels, summed exactly.
    private func means(_ values: [UInt8]) -> [UInt8] {
        let c = image.channels
        let (rows, columns) = (image.height / height, image.width / width)
        let scale = 1 / Float(rows * columns)
        var result: [UInt8] = []
        result.reserveCapacity(height * width * c)
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<c {
                    var sum = 0
                    for row in (y * rows)..<((y + 1) * rows) {
                        let start = (row * image.width + x * columns) * c + channel
                        for column in 0..<columns { sum += Int(values[start + column * c]) }
                    }
                    // Four pixels are the one case that OpenCV rounds upwards in the middle.
                    result.append(
                        rows == 2 && columns == 2
                            ? UInt8((sum + 2) >> 2) : rounded(Float(sum) * scale))
                }
            }
        }
        return result
    }

    private func covered(_ values: [Float]) -> [Float] {
        let c = image.channels
        let columns = Cover.all(image.width, width)
        var result: [Float] = []
        result.reserveCapacity(height * width * c)
        var line = [Float](repeating: 0, count: width * c)
        for row in Cover.all(image.height, height) {
            var sums = [Float](repeating: 0, count: width * c)
            for (y, part) in zip(row.sources, row.weights) {
                shrink(values, y, columns, into: &line)
                for i in sums.indices { sums[i] += part * line[i] }
            }
            result.append(contentsOf: sums)
        }
        return result
    }

    private func shrink(_ values: [Float], _ y: Int, _ columns: [Cover], into line: inout [Float]) {
        let c = image.channels
        for (x, column) in columns.enumerated() {
            for channel in 0..<c {
                var sum: Float = 0
                for k in column.sources.indices {
                    let place = (y * image.width + column.sources[k]) * c + channel
                    sum += values[place] * column.weights[k]
                }
                line[x * c + channel] = sum
            }
        }
    }

    private func rounded(_ value: Float) -> UInt8 {
        UInt8(clamping: Int32(value.rounded(.toNearestOrEven)))
    }
}
