extension Image {
    /// The values of a colour image with every hue turned by `steps` of the 256 that a circle has.
    ///
    /// Source: OpenCV's conversions to hue, saturation and value and back (`HSV_FULL`). Two values in a million
    /// lie between two bytes and may be rounded the other way.
    func turningFullHues(of values: [UInt8], by steps: UInt8) -> [UInt8] {
        guard channels == 3 else { return values }
        let tables = FullHueTables()
        var result = values
        for place in stride(from: 0, to: values.count - 2, by: 3) {
            let (blue, green, red) = (values[place], values[place + 1], values[place + 2])
            let color = tables.color(red: Int(red), green: Int(green), blue: Int(blue))
            let turned = FullHueTables.components(
                hue: color.hue &+ steps, saturation: color.saturation, value: color.value)
            result[place] = turned.blue
            result[place + 1] = turned.green
            result[place + 2] = turned.red
        }
        return result
    }
}

/// Divisions by brightness and range as products with whole numbers.
private struct FullHueTables {
    private static let shift = 12
    private let saturations: [Int]
    private let hues: [Int]

    init() {
        func table(_ numerator: Double) -> [Int] {
            [0]
                + (1..<256).map {
                    Int((numerator / Double($0)).rounded(.toNearestOrEven))
                }
        }
        saturations = table(Double(255 << Self.shift))
        hues = table(Double(256 << Self.shift) / 6)
    }

    func color(
        red: Int, green: Int, blue: Int
    ) -> (hue: UInt8, saturation: UInt8, value: UInt8) {
        let value = max(red, green, blue)
        let range = value - min(red, green, blue)
        let half = 1 << (Self.shift - 1)
        let saturation = (range * saturations[value] + half) >> Self.shift
        let sextant =
            value == red
            ? green - blue : value == green ? blue - red + 2 * range : red - green + 4 * range
        let hue = (sextant * hues[range] + half) >> Self.shift
        return (
            UInt8(clamping: hue < 0 ? hue + 256 : hue), UInt8(clamping: saturation), UInt8(value)
        )
    }

    static func components(
        hue: UInt8, saturation: UInt8, value: UInt8
    ) -> (red: UInt8, green: UInt8, blue: UInt8) {
        // The way back has 255 steps in a circle, as the original does.
        let place = Float(hue) * Float(6.0 / 255)
        let strength = Float(saturation) * Float(1.0 / 255)
        let brightness = Float(value)
        let sextant = place.rounded(.down)
        let part = place - sextant
        func byte(_ level: Float) -> UInt8 {
            UInt8(clamping: Int(level.rounded(.toNearestOrEven)))
        }
        let low = byte(brightness * (1 - strength))
        let falling = byte(brightness * (1 - strength * part))
        let rising = byte(brightness * (1 - strength * (1 - part)))
        switch Int(sextant) % 6 {
        case 0: return (value, rising, low)
        case 1: return (falling, value, low)
        case 2: return (low, value, rising)
        case 3: return (low, falling, value)
        case 4: return (rising, low, value)
        default: return (value, low, falling)
        }
    }
}
