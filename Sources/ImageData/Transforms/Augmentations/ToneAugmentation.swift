import ConfigCore
import TensorCore

/// An augmentation that replaces every brightness level by another one.
///
/// Source: `AutoContrast`, `Brightness`, `Contrast`, `Equalize`, `Invert`, `Posterize`, `Solarize` and
/// `SolarizeAdd` of MMClassification, whose bytes they give.
struct ToneAugmentation: Augmentation {
    /// What is done to the levels.
    enum Kind: String, Sendable, CaseIterable {
        case autoContrast = "AutoContrast"
        case brightness = "Brightness"
        case contrast = "Contrast"
        case equalize = "Equalize"
        case invert = "Invert"
        case posterize = "Posterize"
        case solarize = "Solarize"
        case solarizeAdd = "SolarizeAdd"

        fileprivate var strengthKey: String? {
            switch self {
            case .autoContrast, .equalize, .invert: nil
            case .brightness, .contrast, .solarizeAdd: "magnitude"
            case .posterize: "bits"
            case .solarize: "thr"
            }
        }
    }

    let settings: AugmentationSettings
    private let kind: Kind
    /// `SolarizeAdd` changes levels below it.
    private let threshold: Double
    /// Whether `SolarizeAdd` adds a whole number, which numpy adds to bytes modulo 256.
    private let addsBytes: Bool

    init(_ kind: Kind, from reader: inout ConfigReader) throws {
        self.kind = kind
        settings = try AugmentationSettings(
            from: &reader, strengthKey: kind.strengthKey,
            isSigned: kind == .brightness || kind == .contrast)
        threshold = kind == .solarizeAdd ? try reader.value("thr", default: 128) : 0
        addsBytes = kind == .solarizeAdd && reader.node["magnitude"]?.isInteger ?? false
        if kind == .posterize {
            guard settings.strength.bounds.lowerBound > -1, settings.strength.bounds.upperBound <= 8
            else { throw reader.failure("bits", "must be from 0 to 8") }
        }
    }

    init(_ kind: Kind, _ settings: AugmentationSettings) {
        self.kind = kind
        self.settings = settings
        (threshold, addsBytes) = (0, false)
    }

    var name: String { kind.rawValue }

    func augmented(_ image: Image, by strength: Double, _ random: inout RandomStream) throws
        -> Image
    {
        let values = try image.bytes(for: name)
        return image.with(tables(for: image, values, strength).applied(to: values))
    }

    private func tables(for image: Image, _ values: [UInt8], _ strength: Double) -> ToneTables {
        func same(_ change: (Int) -> UInt8) -> ToneTables {
            ToneTables(channels: image.channels, change)
        }
        switch kind {
        case .autoContrast:
            return ToneTables(image.histograms(of: values).map(ToneCurves.stretched))
        case .equalize:
            return ToneTables(image.histograms(of: values).map(ToneCurves.equalized))
        case .brightness:
            return same { Blending(part: 1 + strength).cut(UInt8($0), 0) }
        case .contrast:
            let mean = ToneCurves.mean(of: image.greyLevels(of: values), .toNearestOrEven)
            return same { Blending(part: 1 + strength).cut(UInt8($0), mean) }
        case .invert: return same { UInt8(255 - $0) }
        case .posterize:
            let shift = 8 - Int(strength.rounded(.up))
            return same { UInt8(($0 >> shift) << shift) }
        case .solarize: return same { UInt8(Double($0) < strength ? $0 : 255 - $0) }
        case .solarizeAdd: return same { added($0, strength) }
        }
    }

    private func added(_ level: Int, _ strength: Double) -> UInt8 {
        guard Double(level) < threshold else { return UInt8(level) }
        if addsBytes { return UInt8(truncatingIfNeeded: level + Int(strength)) }
        return UInt8(max(0, min(Double(level) + strength, 255)))
    }
}

extension ConfigNode {
    /// Whether the config has a whole number here, not a fraction that happens to be one.
    fileprivate var isInteger: Bool {
        if case .int = value { true } else { false }
    }
}
