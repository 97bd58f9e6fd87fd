import Foundation

/// The filters of Pillow.
enum PillowFilter: String, Sendable, CaseIterable {
    case nearest, bilinear, bicubic, box, lanczos, hamming

    /// How far a filter reaches at the size of the original.
    fileprivate var support: Double {
        switch self {
        case .nearest: 0
        case .box: 0.5
        case .bilinear, .hamming: 1
        case .bicubic: 2
        case .lanczos: 3
        }
    }

    fileprivate func value(at place: Double) -> Double {
        let x = abs(place)
        switch self {
        case .nearest: return 0
        case .box: return place > -0.5 && place <= 0.5 ? 1 : 0
        case .bilinear: return x < 1 ? 1 - x : 0
        case .hamming:
            if x == 0 { return 1 }
            return x < 1 ? Self.sinc(x) * (0.54 + 0.46 * cos(x * .pi)) : 0
        case .bicubic:
            let a = -0.5
            if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
        case .lanczos:
            return place >= -3 && place < 3 ? Self.sinc(place) * Self.sinc(place / 3) : 0
        }
    }

    private static func sinc(_ x: Double) -> Double {
        if x == 0 { return 1 }
        return sin(x * .pi) / (x * .pi)
    }
}

/// Resizing as Pillow does it: a filter that grows with the reduction, along rows and then columns, each
/// rounded to bytes.
struct PillowResize {
    private let image: Image
    private let height: Int
    private let width: Int
    private let filter: PillowFilter

    init(_ image: Image, _ height: Int, _ width: Int, _ filter: PillowFilter) {
        self.image = image
        self.height = height
        self.width = width
        self.filter = filter
    }

    func result(of values: [UInt8]) -> Image {
        if filter == .nearest { return nearest(values) }
        var values = values
        if width != image.width { values = alongRows(values) }
        if height != image.height { values = alongColumns(values) }
        return image.like(height: height, width: width, .uint8(values))
    }

    private func alongRows(_ values: [UInt8]) -> [UInt8] {
        let c = image.channels
        let taps = FilterTap.all(from: image.width, to: width, filter)
        var result = [UInt8](repeating: 0, count: image.height * width * c)
        var place = 0
        for y in 0..<image.height {
            let row = y * image.width * c
            for tap in taps {
                for channel in 0..<c {
                    var sum: Int32 = 1 << 21
                    var from = row + tap.first * c + channel
                    for weight in tap.weights {
                        sum &+= Int32(values[from]) &* weight
                        from += c
                    }
                    result[place] = UInt8(clamping: sum >> 22)
                    place += 1
                }
            }
        }
        return result
    }

    private func alongColumns(_ values: [UInt8]) -> [UInt8] {
        let length = width * image.channels
        var sums = [Int32](repeating: 0, count: length)
        var result = [UInt8](repeating: 0, count: height * length)
        for (y, tap) in FilterTap.all(from: image.height, to: height, filter).enumerated() {
            for x in 0..<length { sums[x] = 1 << 21 }
            for (number, weight) in tap.weights.enumerated() {
                let row = (tap.first + number) * length
                for x in 0..<length { sums[x] &+= Int32(values[row + x]) &* weight }
            }
            for x in 0..<length { result[y * length + x] = UInt8(clamping: sums[x] >> 22) }
        }
        return result
    }

    private func nearest(_ values: [UInt8]) -> Image {
        let c = image.channels
        let columns = Self.places(image.width, width)
        var result: [UInt8] = []
        result.reserveCapacity(height * width * c)
        for y in Self.places(image.height, height) {
            for x in columns {
                let start = (y * image.width + x) * c
                for place in start..<(start + c) { result.append(values[place]) }
            }
        }
        return image.like(height: height, width: width, .uint8(result))
    }

    /// The nearest pixels; places are added up as Pillow does, with the same roundings.
    private static func places(_ from: Int, _ to: Int) -> [Int] {
        let step = Double(from) / Double(to)
        var place = step * 0.5
        return (0..<to).map { _ in
            defer { place += step }
            return min(Int(place), from - 1)
        }
    }
}

/// The pixels that have a part in one of the result, with their weights in 1/2^22.
private struct FilterTap {
    let first: Int
    let weights: [Int32]

    static func all(from: Int, to: Int, _ filter: PillowFilter) -> [FilterTap] {
        let scale = Double(from) / Double(to)
        let stretch = max(scale, 1)
        let support = filter.support * stretch
        let inverse = 1 / stretch
        return (0..<to).map { place in
            let center = (Double(place) + 0.5) * scale
            let first = max(Int(center - support + 0.5), 0)
            let end = min(Int(center + support + 0.5), from)
            var weights = (first..<end).map {
                filter.value(at: (Double($0) - center + 0.5) * inverse)
            }
            let sum = weights.reduce(0, +)
            if sum != 0 { weights = weights.map { $0 / sum } }
            return FilterTap(first: first, weights: weights.map(fixed))
        }
    }

    private static func fixed(_ weight: Double) -> Int32 {
        let scaled = weight * Double(1 << 22)
        return Int32(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
    }
}
