/// What each byte becomes, for each channel: 256 bytes a channel.
struct ToneTables: Sendable {
    private(set) var bytes: [UInt8]

    /// The same change for all channels.
    init(channels: Int, _ change: (Int) -> UInt8) {
        let table = (0..<256).map(change)
        bytes = (0..<channels).flatMap { _ in table }
    }

    /// A change for each channel.
    init(_ tables: [[UInt8]]) { bytes = tables.flatMap { $0 } }

    /// The bytes that these tables turn `values` into.
    func applied(to values: [UInt8]) -> [UInt8] {
        let channels = bytes.count / 256
        var result = values
        for channel in 0..<channels {
            let table = channel << 8
            var place = channel
            while place < result.count {
                result[place] = bytes[table | Int(result[place])]
                place += channels
            }
        }
        return result
    }
}

extension Image {
    /// How often each byte occurs in each channel.
    func histograms(of values: [UInt8]) -> [[Int]] {
        var counts = [Int](repeating: 0, count: 256 * channels)
        for channel in 0..<channels {
            var place = channel
            while place < values.count {
                counts[channel << 8 | Int(values[place])] += 1
                place += channels
            }
        }
        return (0..<channels).map { Array(counts[($0 << 8)..<(($0 + 1) << 8)]) }
    }

    /// The grey level of each pixel, as OpenCV finds it for blue, green and red.
    func greyLevels(of values: [UInt8]) -> [UInt8] {
        weighted(values, GreyWeights.blueGreenRed)
    }

    /// The grey level of each pixel, if the first channel were red.
    func greyLevelsOfSwapped(_ values: [UInt8]) -> [UInt8] {
        weighted(values, GreyWeights.redGreenBlue)
    }

    /// The grey level of each pixel, as Pillow finds it for blue, green and red.
    func pillowGreyLevels(of values: [UInt8]) -> [UInt8] {
        guard channels == 3 else { return values }
        return (0..<(height * width)).map { place in
            let sum =
                Int32(values[3 * place]) * 7471 + Int32(values[3 * place + 1]) * 38470
                + Int32(values[3 * place + 2]) * 19595
            return UInt8(truncatingIfNeeded: (sum + 0x8000) >> 16)
        }
    }

    private func weighted(_ values: [UInt8], _ weights: (Int32, Int32, Int32)) -> [UInt8] {
        guard channels == 3 else { return values }
        var result = [UInt8](repeating: 0, count: height * width)
        for place in result.indices {
            let from = 3 * place
            let sum =
                Int32(values[from]) &* weights.0 &+ Int32(values[from + 1]) &* weights.1
                &+ Int32(values[from + 2]) &* weights.2
            result[place] = UInt8(truncatingIfNeeded: (sum &+ 16384) >> 15)
        }
        return result
    }
}

/// Parts of the colours in a grey level, in 1/32768.
private enum GreyWeights {
    static let blueGreenRed: (Int32, Int32, Int32) = (3735, 19235, 9798)
    static let redGreenBlue: (Int32, Int32, Int32) = (9798, 19235, 3735)
}
