import ConfigCore
import Foundation

/// The last metrics of each part of a cross-validation, from the logs of its runs.
public struct CrossValidationSummary: CustomStringConvertible {
    /// What the log of a part ends with.
    struct Fold {
        let metrics: [(name: String, value: Double)]
        let progress: String
        let date: String
    }

    /// A part each; nil where none was trained.
    let folds: [Fold?]

    /// Reads the newest log of each part's folder, `fold<N>` of the directory.
    ///
    /// Errors: throws `UsageError` where none of them has metrics.
    init(_ directory: String, splits: Int) throws {
        folds = (0..<splits).map { fold in
            Self.logs("\(directory)/fold\(fold)").lazy.compactMap { Self.fold($0) }.first
        }
        guard folds.contains(where: { $0 != nil }) else {
            throw UsageError(
                "\(directory): no metrics in the logs of fold0 to fold\(splits - 1); train them first, "
                    + "with an evaluation")
        }
    }

    /// A table: a row a part, then mean and deviation of each metric.
    public var description: String {
        let names = folds.compactMap(\.self).first?.metrics.map(\.name) ?? []
        var rows = [["Fold"] + names + ["Epoch", "Date"]]
        for (place, fold) in folds.enumerated() {
            guard let fold else {
                rows.append(["\(place + 1)"])
                continue
            }
            let values = names.map { name in fold.metrics.first { $0.name == name }?.value }
            rows.append(
                ["\(place + 1)"] + values.map { $0.map(Self.text) ?? "" }
                    + [fold.progress, fold.date])
        }
        let columns = names.map { name in
            folds.compactMap { $0?.metrics.first { $0.name == name }?.value }
        }
        rows.append(["mean"] + columns.map { Self.text(Self.mean($0)) })
        rows.append(["std"] + columns.map { Self.text(Self.deviation($0)) })
        let title = "\(folds.count)-fold Cross-validation Summary"
        return ([title] + Self.aligned(rows)).joined(separator: "\n")
    }

    private static func text(_ value: Double) -> String { String(format: "%.2f", value) }

    private static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(max(1, values.count))
    }

    /// The deviation of the values at hand, not an estimate for others.
    private static func deviation(_ values: [Double]) -> Double {
        let center = mean(values)
        return mean(values.map { ($0 - center) * ($0 - center) }).squareRoot()
    }

    private static func aligned(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = zip(row, widths).map {
                $0.padding(toLength: $1, withPad: " ", startingAt: 0)
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    // MARK: Logs

    /// The logs of a run and of those before it in the same folder, the newest first.
    private static func logs(_ folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let newest = names.sorted(by: >)
        let legacy = newest.filter { $0.hasSuffix(".log.json") }.map { "\(folder)/\($0)" }
        let new = newest.map { "\(folder)/\($0)/vis_data/scalars.json" }
            .filter { FileManager.default.fileExists(atPath: $0) }
        return legacy + new
    }

    /// The metrics of the last line that has some.
    private static func fold(_ file: String) -> Fold? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        for line in text.split(separator: "\n").reversed() {
            guard let row = try? Config.parse(text: String(line), name: "row.json"),
                let entries = row.mapping, entries["loss"] == nil,
                // In MMEngine's logs lines of metrics have a step and no rate.
                entries["mode"]?.string == "val" || entries["step"] != nil && entries["lr"] == nil
            else { continue }
            let metrics = entries.compactMap { key, node in
                isMetric(key) ? node.double.map { (name: key, value: $0) } : nil
            }
            guard !metrics.isEmpty else { continue }
            let progress = (entries["epoch"] ?? entries["step"])?.int.map(String.init) ?? ""
            return Fold(metrics: metrics, progress: progress, date: date(of: file))
        }
        return nil
    }

    private static func isMetric(_ key: String) -> Bool {
        !["mode", "epoch", "iter", "step", "lr", "momentum", "time", "data_time", "memory"]
            .contains(key)
    }

    private static func date(of file: String) -> String {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        guard let date = attributes?[.modificationDate] as? Date else { return "" }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
        return formatter.string(from: date)
    }
}
