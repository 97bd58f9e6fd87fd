import Drawing

/// Curves of numbers that runs have logged.
///
/// Source: `analyze_logs.py plot_curve` of MMClassification.
public struct LogPicture {
    private let picture: Picture

    /// Draws numbers of logs into one picture.
    ///
    /// - Parameters:
    ///   - logs: The logs.
    ///   - keys: The numbers, drawn of every log.
    ///   - legend: What the curves are called, log by log; nil names log and number.
    ///   - title: What stands above.
    ///   - size: The size in pixels.
    ///   - hasGrid: Whether it has a grid.
    /// - Throws: `UsageError` where a log has no such number, or names and curves do not match.
    public init(
        _ logs: [TrainingLog], keys: [String], legend: [String]? = nil, title: String? = nil,
        size: (width: Int, height: Int) = (1200, 700), hasGrid: Bool = true
    ) throws {
        if let legend, legend.count != logs.count * keys.count {
            throw UsageError(
                "--legend: \(legend.count) names for \(logs.count * keys.count) curves; give one "
                    + "for each key of each log")
        }
        let curves = logs.flatMap { log in keys.map { (log: log, key: $0) } }
        let series = try curves.enumerated().map { place, curve in
            LinePlot.Series(
                legend?[place] ?? "\(curve.log.name)_\(curve.key)", try curve.log.curve(curve.key))
        }
        let axes = Set(logs.map(\.axis))
        guard axes.count < 2 else {
            throw UsageError(
                "\(logs.map(\.path).joined(separator: ", ")): some count epochs and some "
                    + "iterations; draw them apart")
        }
        let plot = LinePlot(
            title: title ?? "", xLabel: axes.first?.rawValue ?? "",
            yLabel: keys.joined(separator: ", "), series: series, showsLegend: true,
            hasGrid: hasGrid)
        picture = LinePlot.picture([plot], width: size.width, height: size.height)
    }

    /// Writes the picture to a file ending in `.png` or `.svg`; folders are made.
    ///
    /// Errors: throws `DrawingError`.
    public func write(to path: String) throws { try picture.write(to: path) }
}
