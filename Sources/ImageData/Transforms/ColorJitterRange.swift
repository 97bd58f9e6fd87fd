import ConfigCore
import TensorCore
import TrainingInterfaces

/// Changes brightness, contrast and colour strength by random factors and turns hues, in random order.
///
/// Source: `ColorJitter` of MMPretrain, with the backend `cv2` or `pillow`.
struct ColorJitterRange: Transform {
    private enum Backend: String, CaseIterable {
        case cv2, pillow
    }

    private let brightness: ClosedRange<Double>?
    private let contrast: ClosedRange<Double>?
    private let saturation: ClosedRange<Double>?
    /// By which part of a circle hues are turned.
    private let hue: ClosedRange<Double>?
    private let backend: Backend

    init(from reader: inout ConfigReader) throws {
        func factors(_ key: String) throws -> ClosedRange<Double>? {
            if reader.node[key]?.list != nil {
                let range = try reader.range(key, default: 1...1)
                return max(0, range.lowerBound)...max(0, range.upperBound)
            }
            let amount = try reader.value(key, default: 0.0)
            guard amount >= 0 else { throw reader.failure(key, "must be 0 or more") }
            return amount == 0 ? nil : max(0, 1 - amount)...(1 + amount)
        }
        brightness = try factors("brightness")
        contrast = try factors("contrast")
        saturation = try factors("saturation")
        backend = try reader.choice("backend", default: .pillow)
        hue = try Self.turns(from: &reader)
    }

    /// Half a circle either way is the most there is.
    private static func turns(from reader: inout ConfigReader) throws -> ClosedRange<Double>? {
        let range: ClosedRange<Double>
        if reader.node["hue"]?.list != nil {
            range = try reader.range("hue", default: 0...0)
        } else {
            let amount = try reader.value("hue", default: 0.0)
            guard amount >= 0 else { throw reader.failure("hue", "must be 0 or more") }
            range = -amount...amount
        }
        let turns = range.clamped(to: -0.5...0.5)
        return turns == 0...0 ? nil : turns
    }

    var isRandom: Bool { true }

    func apply(to sample: inout Sample, random: inout RandomStream) throws {
        let image = try sample.requiredImage(for: "ColorJitter")
        var values = try image.bytes(for: "ColorJitter")
        let ranges = [brightness, contrast, saturation] + (hue == nil ? [] : [hue])
        let order = random.order(of: ranges.count)
        let factors = ranges.map { range in
            range.map { random.uniform($0.lowerBound, $0.upperBound) }
        }
        for place in order {
            guard let factor = factors[place] else { continue }
            values = changed(image, values, place, factor)
        }
        sample.image = image.with(values)
    }

    private func changed(_ image: Image, _ values: [UInt8], _ place: Int, _ factor: Double)
        -> [UInt8]
    {
        if place == 3 {
            let steps = UInt8(truncatingIfNeeded: Int(factor * 255))
            return backend == .cv2
                ? image.turningFullHues(of: values, by: steps)
                : image.turningHues(of: values, by: steps)
        }
        let blending = Blending(part: factor)
        if place == 2 {
            guard image.channels == 3 else { return values }
            return backend == .cv2
                ? blending.bytes(values, image.greyLevels(of: values).tripled)
                : blending.pillow(values, image.pillowGreyLevels(of: values).tripled)
        }
        var base: UInt8 = 0
        if place == 1 {
            base =
                backend == .cv2
                ? ToneCurves.mean(of: image.greyLevels(of: values), .toNearestOrEven)
                : ToneCurves.mean(
                    of: image.pillowGreyLevels(of: values), .toNearestOrAwayFromZero)
        }
        return ToneTables(channels: image.channels) {
            backend == .cv2
                ? blending.cut(UInt8($0), base) : blending.pillow([UInt8($0)], [base])[0]
        }.applied(to: values)
    }
}
