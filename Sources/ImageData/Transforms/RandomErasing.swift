public import ConfigCore
import Foundation
public import TensorCore
public import TrainingInterfaces

/// Fills a random rectangle of an image, with a given probability.
///
/// Source: `RandomErasing` of MMClassification.
public struct RandomErasing: Transform {
    private enum Mode: String, CaseIterable {
        case const, rand
    }

    private let probability: Double
    private let areas: ClosedRange<Double>
    private let ratios: ClosedRange<Double>
    private let mode: Mode
    private let color: [Double]
    private let deviation: [Double]?

    /// Reads `erase_prob`, `min_area_ratio`, `max_area_ratio`, `aspect_range`, `mode`, `fill_color` and
    /// `fill_std`.
    public init(from reader: inout ConfigReader) throws {
        probability = try reader.probability("erase_prob", default: 0.5)
        let least = try reader.probability("min_area_ratio", default: 0.02)
        let most = try reader.probability("max_area_ratio", default: 0.4)
        guard least <= most else {
            throw reader.failure("min_area_ratio", "must not be greater than max_area_ratio")
        }
        areas = least...most
        if let ratio = reader.node["aspect_range"]?.double {
            reader.ignore("aspect_range")
            guard ratio > 0 else { throw reader.failure("aspect_range", "must be positive") }
            ratios = min(ratio, 1 / ratio)...max(ratio, 1 / ratio)
        } else {
            ratios = try reader.range("aspect_range", default: 0.3...(10.0 / 3))
        }
        guard ratios.lowerBound > 0 else {
            throw reader.failure("aspect_range", "must be positive")
        }
        mode = try reader.choice("mode", default: .const)
        color = try reader.numberOrList("fill_color") ?? [128]
        deviation = try reader.numberOrList("fill_std")
        for (key, values) in [("fill_color", color), ("fill_std", deviation ?? [0])] {
            guard values.count == 1 || values.count == 3 else {
                throw reader.failure(key, "", expected: "a number or a list of 3")
            }
        }
    }

    /// Draws whether, where and with what to fill.
    public var isRandom: Bool { true }

    /// Fills a part of `img`.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        if random.uniform() > probability { return }
        let image = try sample.requiredImage(for: "RandomErasing")
        let box = box(in: image, &random)
        sample.image = image.covering(box, with: try patch(for: box, of: image, &random))
    }

    private func box(in image: Image, _ random: inout RandomStream) -> PixelBox {
        // The original takes the logarithms in single precision.
        let logarithms = (log(Float(ratios.lowerBound)), log(Float(ratios.upperBound)))
        let ratio = exp(random.uniform(Double(logarithms.0), Double(logarithms.1)))
        let area =
            Double(image.height * image.width) * random.uniform(areas.lowerBound, areas.upperBound)
        func side(_ length: Double, _ most: Int) -> Int {
            min(Int(length.squareRoot().rounded(.toNearestOrEven)), most)
        }
        let height = side(area * ratio, image.height)
        let width = side(area / ratio, image.width)
        // The last place is never taken, as in the original.
        func start(_ most: Int, _ length: Int) -> Int {
            most > length ? random.integer(in: 0...(most - length - 1)) : 0
        }
        let top = start(image.height, height)
        return PixelBox(top: top, left: start(image.width, width), height: height, width: width)
    }

    private func patch(for box: PixelBox, of image: Image, _ random: inout RandomStream) throws
        -> [UInt8]
    {
        let color = try image.perChannel(color, for: "RandomErasing", key: "fill_color")
        if mode == .const { return color.map { UInt8(truncatingIfNeeded: Int($0)) } }
        let count = box.height * box.width * image.channels
        guard let deviation else {
            return (0..<count).map { _ in UInt8(min(random.uniform(0, 256), 255)) }
        }
        let deviations = try image.perChannel(deviation, for: "RandomErasing", key: "fill_std")
        return (0..<count).map { place in
            let channel = place % image.channels
            let value = random.normal(mean: color[channel], deviation: deviations[channel])
            return UInt8(min(max(value, 0), 255))
        }
    }
}
