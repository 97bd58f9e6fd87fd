extension Image {
    /// The values of a colour image with every hue turned by `steps` of the 256 that a circle has.
    ///
    /// Source: Pillow's conversions to hue, saturation and value and back, rounding for rounding.
    func turningHues(of values: [UInt8], by steps: UInt8) -> [UInt8] {
        guard channels == 3 else { return values }
        var result = values
        for place in stride(from: 0, to: values.count - 2, by: 3) {
            var color = HueColor(red: values[place + 2], green: values[place + 1], values[place])
            color.hue &+= steps
            let (red, green, blue) = color.components
            result[place] = blue
            result[place + 1] = green
            result[place + 2] = red
        }
        return result
    }
}

/// A colour as its place on the circle of hues, its strength and its brightness.
private struct HueColor {
    var hue: UInt8
    let saturation: UInt8
    let value: UInt8

    init(red: UInt8, green: UInt8, _ blue: UInt8) {
        let largest = max(red, green, blue)
        let smallest = min(red, green, blue)
        value = largest
        guard largest > smallest else {
            (hue, saturation) = (0, 0)
            return
        }
        let range = Float(largest - smallest)
        let fromRed = Float(largest - red) / range
        let fromGreen = Float(largest - green) / range
        let fromBlue = Float(largest - blue) / range
        let sextant: Float
        if red == largest {
            sextant = fromBlue - fromGreen
        } else if green == largest {
            sextant = Float(2 + Double(fromRed) - Double(fromBlue))
        } else {
            sextant = Float(4 + Double(fromGreen) - Double(fromRed))
        }
        let turn = Float((Double(sextant) / 6 + 1).truncatingRemainder(dividingBy: 1))
        hue = UInt8(clamping: Int(Double(turn) * 255))
        saturation = UInt8(clamping: Int(Double(range / Float(largest)) * 255))
    }

    /// Red, green and blue.
    var components: (UInt8, UInt8, UInt8) {
        guard saturation > 0 else { return (value, value, value) }
        let place = Float(Double(hue) * 6 / 255)
        let strength = Float(Double(saturation) / 255)
        let sextant = place.rounded(.down)
        let part = place - sextant
        func level(_ share: Double) -> UInt8 {
            UInt8(clamping: Int((Double(value) * share).rounded(.toNearestOrAwayFromZero)))
        }
        let low = level(1 - Double(strength))
        let falling = level(1 - Double(strength * part))
        let rising = level(1 - Double(strength) * (1 - Double(part)))
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
