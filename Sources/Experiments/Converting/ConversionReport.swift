/// What became of a config's keys in the other style, as far as it is not the same under the same name.
public struct ConversionReport: Sendable, Equatable {
    /// One key, or one thing that differs.
    public struct Row: Sendable, Equatable {
        /// The key of the original.
        public let from: String
        /// What it has become; nil where it is dropped.
        public let to: String?
        /// What there is to know about it.
        public let remark: String
    }

    /// The rows, in the order of the conversion.
    public private(set) var rows: [Row] = []

    /// Begins empty.
    public init() {}

    /// Notes a key with another name or place.
    mutating func moved(_ from: String, _ to: String, _ remark: String = "") {
        add(Row(from: from, to: to, remark: remark))
    }

    /// Notes a key that has nothing to become.
    mutating func dropped(_ from: String, _ remark: String) {
        add(Row(from: from, to: nil, remark: remark))
    }

    /// Several data sets or pipelines may say the same.
    private mutating func add(_ row: Row) {
        if !rows.contains(row) { rows.append(row) }
    }

    /// The lines of a table in three columns, without blanks at their ends.
    public var lines: [String] {
        let cells = [["from", "to", "remark"]] + rows.map { [$0.from, $0.to ?? "-", $0.remark] }
        let widths = (0..<2).map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            let padded = zip(row, widths).map { text, width in
                text + String(repeating: " ", count: width - text.count)
            }
            let line = (padded + [row[2]]).joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
