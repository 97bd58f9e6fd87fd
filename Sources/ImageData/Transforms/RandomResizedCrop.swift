public import ConfigCore
import Foundation
public import TensorCore
public import TrainingInterfaces

/// Cuts a part of random size and shape out of an image and brings it to a fixed size.
///
/// Source: `RandomResizedCrop` of MMClassification, and `RandomResizedCrop` and
/// `EfficientNetRandomCrop` of MMPretrain, where `scale` is the size.
public struct RandomResizedCrop: Transform {
    private let height: Int
    private let width: Int
    private let areas: ClosedRange<Double>
    private let ratios: ClosedRange<Double>
    private let attempts: Int
    /// EfficientNet's way of choosing.
    private let efficientNet: (minCovered: Double, padding: Int)?
    private let resizer: Resizer
    private let notesShape: Bool

    /// Reads the keys of either style: `size` marks the legacy one.
    ///
    /// - Parameters:
    ///   - reader: The config.
    ///   - isEfficientNet: Whether this is MMPretrain's `EfficientNetRandomCrop`.
    /// - Throws: `ConfigError` for a bad config.
    public init(from reader: inout ConfigReader, isEfficientNet: Bool = false) throws {
        let isNewStyle =
            isEfficientNet || !reader.has("size") && reader.node["scale"]?.int != nil
            || reader.has("crop_ratio_range") || reader.has("aspect_ratio_range")
        let sizeKey = isNewStyle ? "scale" : "size"
        (height, width) = try reader.size(sizeKey)
        guard height > 0, width > 0 else { throw reader.failure(sizeKey, "must be positive") }
        areas = try reader.range(isNewStyle ? "crop_ratio_range" : "scale", default: 0.08...1)
        ratios = try reader.range(
            isNewStyle ? "aspect_ratio_range" : "ratio", default: (3.0 / 4)...(4.0 / 3))
        guard areas.lowerBound >= 0, ratios.lowerBound > 0 else {
            throw reader.failure(
                ratios.lowerBound > 0
                    ? (isNewStyle ? "crop_ratio_range" : "scale")
                    : (isNewStyle ? "aspect_ratio_range" : "ratio"), "must be positive")
        }
        attempts = try reader.value("max_attempts", default: 10)
        guard attempts >= 0 else { throw reader.failure("max_attempts", "must be 0 or more") }
        efficientNet = try Self.efficientNet(from: &reader, sizeKey, isNewStyle, isEfficientNet)
        resizer = try Resizer(from: &reader, default: isEfficientNet ? .bicubic : .bilinear)
        notesShape = isNewStyle
    }

    private static func efficientNet(
        from reader: inout ConfigReader, _ sizeKey: String, _ isNewStyle: Bool, _ isNamed: Bool
    ) throws -> (minCovered: Double, padding: Int)? {
        if isNewStyle && !isNamed { return nil }
        let isChosen = try isNamed || reader.value("efficientnet_style", default: false)
        let covered = try reader.value("min_covered", default: 0.1)
        let padding = try reader.value("crop_padding", default: 32)
        guard isChosen else { return nil }
        guard reader.node[sizeKey]?.int != nil else {
            throw reader.failure(sizeKey, "must be an integer in EfficientNet's style")
        }
        guard covered >= 0 else { throw reader.failure("min_covered", "must be 0 or more") }
        guard padding >= 0 else { throw reader.failure("crop_padding", "must be 0 or more") }
        return (covered, padding)
    }

    /// Draws what to cut.
    public var isRandom: Bool { true }

    /// Cuts and resizes `img`.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        let image = try sample.requiredImage(for: "RandomResizedCrop")
        let box = parameters(for: image, random: &random)
        try apply(to: &sample, top: box.top, left: box.left, height: box.height, width: box.width)
    }

    /// Cuts a given part and resizes it.
    package func apply(to sample: inout Sample, top: Int, left: Int, height: Int, width: Int) throws
    {
        let image = try sample.requiredImage(for: "RandomResizedCrop")
        let part = image.cropped(top: top, left: left, height: height, width: width)
        let resized = try resizer.resized(
            part, height: self.height, width: self.width, for: "RandomResizedCrop")
        sample.image = resized
        // MMClassification leaves the shape of the whole image there.
        if notesShape { sample.noteShape(of: resized) }
    }

    /// The part to cut.
    func parameters(for image: Image, random: inout RandomStream) -> PixelBox {
        for _ in 0..<attempts {
            let size =
                efficientNet.map { efficientNetSize(image, $0.minCovered, &random) }
                ?? plainSize(image, &random)
            guard let size, size.height > 0, size.width > 0, size.height <= image.height,
                size.width <= image.width
            else { continue }
            let top = random.integer(in: 0...(image.height - size.height))
            let left = random.integer(in: 0...(image.width - size.width))
            return PixelBox(top: top, left: left, height: size.height, width: size.width)
        }
        return efficientNet.map { image.middlePart(forSide: height, margin: $0.padding) }
            ?? middle(of: image)
    }

    private func plainSize(_ image: Image, _ random: inout RandomStream)
        -> (height: Int, width: Int)?
    {
        let area =
            random.uniform(areas.lowerBound, areas.upperBound) * Double(image.height * image.width)
        let ratio = exp(random.uniform(log(ratios.lowerBound), log(ratios.upperBound)))
        return (rounded((area / ratio).squareRoot()), rounded((area * ratio).squareRoot()))
    }

    private func efficientNetSize(
        _ image: Image, _ minCovered: Double, _ random: inout RandomStream
    ) -> (height: Int, width: Int)? {
        let area = Double(image.height * image.width)
        let (least, most) = (areas.lowerBound * area, areas.upperBound * area)
        let ratio = random.uniform(ratios.lowerBound, ratios.upperBound)
        var tallest = rounded((most / ratio).squareRoot())
        if Double(tallest) * ratio > Double(image.width) {
            tallest = Int((Double(image.width) + 0.5 - 1e-7) / ratio)
            if Double(tallest) * ratio > Double(image.width) { tallest -= 1 }
        }
        tallest = min(tallest, image.height)
        let shortest = min(tallest, rounded((least / ratio).squareRoot()))
        let height = rounded(random.uniform(Double(shortest), Double(tallest)))
        let width = rounded(Double(height) * ratio)
        let part = Double(height * width)
        return part < least || part > most || part < minCovered * area ? nil : (height, width)
    }

    /// The largest part in the middle whose shape is in range.
    private func middle(of image: Image) -> PixelBox {
        let ratio = Double(image.width) / Double(image.height)
        var box = PixelBox(top: 0, left: 0, height: image.height, width: image.width)
        if ratio < ratios.lowerBound {
            box.height = rounded(Double(image.width) / ratios.lowerBound)
        } else if ratio > ratios.upperBound {
            box.width = rounded(Double(image.height) * ratios.upperBound)
        }
        box.top = (image.height - box.height) / 2
        box.left = (image.width - box.width) / 2
        return box
    }

    private func rounded(_ value: Double) -> Int { Int(value.rounded(.toNearestOrEven)) }
}
