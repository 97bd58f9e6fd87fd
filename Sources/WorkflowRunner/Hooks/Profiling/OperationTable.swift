import Foundation
public import TensorCore

/// The times of operations by name, as a table.
///
/// Source: the table of `torch.profiler`'s `key_averages()`.
public struct OperationTable {
    /// What the rows are sorted by, the greatest first.
    public enum Order: String, CaseIterable, Sendable {
        /// The time without that of what it called.
        case selfTime = "self_cpu_time_total"
        /// The time with everything it called.
        case totalTime = "cpu_time_total"
        /// The mean time of a call.
        case meanTime = "cpu_time"
        /// The number of calls.
        case calls = "count"
    }

    /// All calls of one name.
    public struct Row: Sendable {
        /// What was called.
        public let name: String
        /// Nanoseconds in it, without what it called.
        public internal(set) var selfTime: UInt64 = 0
        /// Nanoseconds in it.
        public internal(set) var totalTime: UInt64 = 0
        /// How often it was called.
        public internal(set) var calls = 0
        var isTopLevel = false
        var meanTime: UInt64 { calls > 0 ? totalTime / UInt64(calls) : 0 }
    }

    /// The rows in the order in which their names first occurred.
    public let rows: [Row]

    /// Adds up spans; those within another count as called by it, and all iterations are one row.
    public init(_ spans: [OperationRecorder.Span]) {
        var places: [String: Int] = [:]
        var rows: [Row] = []
        var open: [(end: UInt64, row: Int)] = []
        let ordered = spans.sorted { ($0.start, $1.end) < ($1.start, $0.end) }
        for span in ordered {
            let time = span.end - span.start
            let name = span.name.hasPrefix("ProfilerStep#") ? "ProfilerStep*" : span.name
            let place = places[name] ?? rows.count
            if place == rows.count {
                places[name] = place
                rows.append(Row(name: name))
            }
            while let last = open.last, last.end < span.end || last.end <= span.start {
                open.removeLast()
            }
            if let caller = open.last {
                rows[caller.row].selfTime -= min(time, rows[caller.row].selfTime)
            } else {
                rows[place].isTopLevel = true
            }
            rows[place].selfTime += time
            rows[place].totalTime += time
            rows[place].calls += 1
            open.append((span.end, place))
        }
        self.rows = rows
    }

    /// The table as text.
    ///
    /// - Parameters:
    ///   - order: What the rows are sorted by; nil leaves them in the order in which they began.
    ///   - limit: The most rows; -1 shows all.
    ///   - nameWidth: The most characters of a name.
    ///   - header: A line above the table.
    ///   - topLevelOnly: Whether only what no other called is shown.
    /// - Returns: Lines without an end of line behind the last.
    public func text(
        sortedBy order: Order? = nil, limit: Int = 100, nameWidth: Int = 55, header: String? = nil,
        topLevelOnly: Bool = false
    ) -> String {
        let total = rows.reduce(0) { $0 + $1.selfTime }
        var shown = topLevelOnly ? rows.filter(\.isTopLevel) : rows
        if let order { shown = Self.sorted(shown, by: order) }
        if limit >= 0 { shown = Array(shown.prefix(limit)) }
        let cells = [Self.titles] + shown.map { Self.cells($0, of: total, nameWidth: nameWidth) }
        let widths = Self.titles.indices.map { column in
            cells.reduce(column == 0 ? 0 : 12) { max($0, $1[column].count) }
        }
        let lines = cells.map { line in
            zip(line, widths).map { cell, width in
                String(repeating: " ", count: width - cell.count) + cell + "  "
            }.joined()
        }
        let rule = widths.map { String(repeating: "-", count: $0) + "  " }.joined()
        let above = header.map { [rule, $0] } ?? []
        let whole =
            above + [rule, lines[0], rule] + lines.dropFirst() + [
                rule, "Self CPU time total: \(Self.duration(total))",
            ]
        return whole.joined(separator: "\n")
    }

    private static let titles = [
        "Name", "Self CPU %", "Self CPU", "CPU total %", "CPU total", "CPU time avg", "# of Calls",
    ]

    private static func cells(_ row: Row, of total: UInt64, nameWidth: Int) -> [String] {
        func share(_ time: UInt64) -> String {
            String(format: "%.2f%%", 100 * Double(time) / Double(max(1, total)))
        }
        let name =
            row.name.count > nameWidth ? row.name.prefix(max(0, nameWidth - 3)) + "..." : row.name
        return [
            name, share(row.selfTime), duration(row.selfTime), share(row.totalTime),
            duration(row.totalTime), duration(row.meanTime), "\(row.calls)",
        ]
    }

    private static func sorted(_ rows: [Row], by order: Order) -> [Row] {
        // Swift's sort is stable: equal rows stay in their order.
        switch order {
        case .selfTime: rows.sorted { $0.selfTime > $1.selfTime }
        case .totalTime: rows.sorted { $0.totalTime > $1.totalTime }
        case .meanTime: rows.sorted { $0.meanTime > $1.meanTime }
        case .calls: rows.sorted { $0.calls > $1.calls }
        }
    }

    /// Nanoseconds as PyTorch writes them: `1.234ms`.
    private static func duration(_ nanoseconds: UInt64) -> String {
        let microseconds = Double(nanoseconds) / 1e3
        if microseconds >= 1e6 { return String(format: "%.3fs", microseconds / 1e6) }
        if microseconds >= 1e3 { return String(format: "%.3fms", microseconds / 1e3) }
        return String(format: "%.3fus", microseconds)
    }
}
