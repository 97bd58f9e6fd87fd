import ArgumentParser

/// A picture's size as the original's tools take it: inches, of which each has 100 pixels.
struct WindowSize: ExpressibleByArgument {
    let width: Int
    let height: Int

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    init?(argument: String) {
        let sides = argument.split(separator: "*").map { Int($0) }
        guard sides.count == 2, let width = sides[0], let height = sides[1],
            (1...300).contains(width), (1...300).contains(height)
        else { return nil }
        self.init(width: width, height: height)
    }

    var defaultValueDescription: String { "\(width)*\(height)" }
    /// The size in pixels.
    var pixels: (width: Int, height: Int) { (width * 100, height * 100) }
}

/// The styles of plots, by the names that seaborn has for them.
enum PlotStyle: String, ExpressibleByArgument, CaseIterable {
    case whitegrid
    case white

    var hasGrid: Bool { self == .whitegrid }
}
