public import ConfigCore
import Drawing
import Foundation

/// How the learning rate and the momentum of a config go, as curves, without training.
///
/// Source: `vis_lr.py` of MMClassification, `vis_scheduler.py` of MMPretrain.
public struct SchedulePicture {
    /// What is drawn, by the names of MMPretrain.
    public enum Quantity: String, CaseIterable, Sendable {
        case rate = "lr"
        case momentum
        case decay = "wd"

        var words: String {
            switch self {
            case .rate: "learning rate"
            case .momentum: "momentum"
            case .decay: "weight decay"
            }
        }
    }

    /// How it is drawn.
    public struct Options: Sendable {
        /// What is drawn, each below the other; nil is the rate, and the momentum where there is one.
        public var quantities: [Quantity]?
        /// How many images there are; nil looks.
        public var datasetSize: Int?
        /// How many devices share them.
        public var deviceCount = 1
        /// What stands above; nil names the config.
        public var title: String?
        /// The size of the picture in pixels.
        public var size = (width: 1200, height: 700)
        /// Whether it has a grid.
        public var hasGrid = true

        /// The original's options.
        public init() {}
    }

    /// What is known of the run, a line each.
    public let notes: [String]
    private let picture: Picture

    /// Draws the schedules of a config in either style.
    ///
    /// - Parameters:
    ///   - config: The config.
    ///   - name: What its file is called.
    ///   - options: How to draw.
    ///   - registries: What configs may name.
    /// - Throws: `ConfigError`, `UsageError`, `DataError`.
    public init(
        _ config: LoadedConfig, name: String, _ options: Options, _ registries: Registries
    ) throws {
        let experiment = try Experiment(config.root, registries)
        let rehearsal = try ScheduleRehearsal(
            experiment, datasetSize: options.datasetSize, deviceCount: options.deviceCount,
            registries)
        let byEpoch = experiment.runner.byEpoch
        var notes = [
            "Dataset infos:", " - Dataset size: \(rehearsal.sampleCount)",
            " - Total batch size: \(rehearsal.batchSize)",
        ]
        if byEpoch { notes.append(" - Iterations per epoch: \(rehearsal.batchesPerEpoch)") }
        self.notes = notes + rehearsal.notes
        let wanted = options.quantities ?? [.rate, .momentum]
        let plots = wanted.compactMap { quantity -> LinePlot? in
            let series = Self.series(quantity, rehearsal, byEpoch: byEpoch)
            guard !series.isEmpty else { return nil }
            return LinePlot(
                title: options.title ?? "\(name): \(quantity.words)",
                xLabel: byEpoch ? "epochs" : "iterations", yLabel: quantity.words,
                series: series, hasGrid: options.hasGrid)
        }
        guard !plots.isEmpty else {
            let names = wanted.map(\.words).joined(separator: " or ")
            throw UsageError(
                "--parameter: the optimizer has no \(names); ask for "
                    + Quantity.allCases.map(\.rawValue).joined(separator: ", "))
        }
        picture = LinePlot.picture(
            plots, width: options.size.width,
            height: max(300, options.size.height / plots.count))
    }

    private static func series(
        _ quantity: Quantity, _ rehearsal: ScheduleRehearsal, byEpoch: Bool
    ) -> [LinePlot.Series] {
        let unit = byEpoch ? Double(rehearsal.batchesPerEpoch) : 1
        return rehearsal.tracks.compactMap { track in
            let values =
                switch quantity {
                case .rate: track.rates
                case .momentum: track.momentums
                case .decay: track.decays
                }
            guard !values.isEmpty else { return nil }
            return LinePlot.Series(
                track.name.isEmpty ? quantity.rawValue : track.name,
                values.enumerated().map { Point(Double($0.offset) / unit, $0.element) })
        }
    }

    /// Writes the picture: to that file, or where its name has no ending to a PNG and an SVG file.
    ///
    /// - Parameter path: The file; folders are made.
    /// - Returns: The files written.
    /// - Throws: `DrawingError`.
    public func write(to path: String) throws -> [String] {
        let hasEnding = ["png", "svg"].contains(
            URL(fileURLWithPath: path).pathExtension.lowercased())
        let files = hasEnding ? [path] : ["\(path).png", "\(path).svg"]
        for file in files { try picture.write(to: file) }
        return files
    }
}
