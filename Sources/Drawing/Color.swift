/// An opaque colour; each part goes from 0 to 1.
public struct Color: Sendable, Equatable {
    /// How much red it has.
    public let red: Double
    /// How much green it has.
    public let green: Double
    /// How much blue it has.
    public let blue: Double

    /// A colour of these parts.
    public init(red: Double, green: Double, blue: Double) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// A grey of that brightness.
    public init(grey: Double) { self.init(red: grey, green: grey, blue: grey) }

    /// The colour that `#rrggbb` stands for; nil for other text.
    public init?(hex: String) {
        guard hex.count == 7, hex.hasPrefix("#"), let value = Int(hex.dropFirst(), radix: 16)
        else { return nil }
        self.init(
            red: Double(value >> 16 & 255) / 255, green: Double(value >> 8 & 255) / 255,
            blue: Double(value & 255) / 255)
    }

    /// Black.
    public static let black = Color(grey: 0)
    /// White.
    public static let white = Color(grey: 1)
    /// Colours that are told apart by people who see few of them, for one line after the other.
    ///
    /// Source: the palette of M. Okabe and K. Ito, without black and yellow.
    public static let series = [
        Color(red: 0, green: 0.447, blue: 0.698), Color(red: 0.835, green: 0.369, blue: 0),
        Color(red: 0, green: 0.62, blue: 0.451), Color(red: 0.8, green: 0.475, blue: 0.655),
        Color(red: 0.337, green: 0.706, blue: 0.914), Color(red: 0.902, green: 0.624, blue: 0),
    ]
}
