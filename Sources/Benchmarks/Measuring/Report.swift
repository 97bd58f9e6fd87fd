import Foundation

/// Writes what benchmarks find: lines for people, or an object a line for programs.
struct Report {
    /// How results are written.
    let format: OutputFormat
    /// What they were measured on.
    let machine: Machine

    /// Begins a report with the machine, or its warnings alone where a program reads.
    init(_ format: OutputFormat, _ machine: Machine) throws {
        self.format = format
        self.machine = machine
        if format == .text {
            try write(machine.processor)
            if let kernels = machine.kernels { try write(kernels) }
        }
        for warning in machine.warnings { writeError(warning) }
    }

    /// Adds the results of a piece of work: ours, then a line for each peer.
    func add(_ work: Work, _ outcome: Contest.Outcome) throws {
        switch format {
        case .text:
            try write(work.title)
            try write("  MMRunner: \(line(work, outcome.ours, outcome.peakBytes))")
            for comparison in outcome.comparisons { try write("  \(line(work, comparison))") }
            for note in outcome.notes { try write("  \(note)") }
        case .json:
            var fields = fields(work, outcome.ours, outcome.peakBytes)
            fields["machine"] = machine.processor
            fields["kernels"] = machine.kernels
            fields["threads"] = machine.threads
            try write(fields)
            for comparison in outcome.comparisons {
                var fields = self.fields(work, comparison.theirs, comparison.peakBytes)
                fields["peer"] = comparison.peer
                fields["version"] = comparison.version
                fields["ratio"] = comparison.ratio
                fields["ratio_min"] = comparison.ratioMinimum
                fields["ratio_max"] = comparison.ratioMaximum
                try write(fields)
            }
            for note in outcome.notes { writeError(note) }
        }
    }

    private func line(_ work: Work, _ times: Measurement, _ peakBytes: Int?) -> String {
        let bounds = "\(Text.milliseconds(times.minimum)) to \(Text.milliseconds(times.maximum))"
        var parts = [
            "\(Text.milliseconds(times.median)) ms (\(bounds), median of \(times.seconds.count))"
        ]
        if let speed = work.amount.speed(times.median) { parts.append(speed) }
        if let peakBytes { parts.append("peak memory \(peakBytes / 1_000_000) MB") }
        return parts.joined(separator: ", ")
    }

    private func line(_ work: Work, _ comparison: Comparison) -> String {
        let ratios = [comparison.ratio, comparison.ratioMinimum, comparison.ratioMaximum].map {
            String(format: "%.2f", $0)
        }
        return "\(comparison.version) \(comparison.peer): "
            + line(work, comparison.theirs, comparison.peakBytes)
            + ", ratio to ours \(ratios[0]) (\(ratios[1]) to \(ratios[2]))"
    }

    private func fields(_ work: Work, _ times: Measurement, _ peakBytes: Int?) -> [String: Any] {
        var fields = work.fields
        fields["benchmark"] = work.benchmark
        fields["median_seconds"] = times.median
        fields["min_seconds"] = times.minimum
        fields["max_seconds"] = times.maximum
        fields["repeats"] = times.seconds.count
        if let speed = work.amount.speedField(times.median) { fields[speed.name] = speed.value }
        fields["peak_rss_bytes"] = peakBytes
        return fields
    }

    private func write(_ fields: [String: Any]) throws {
        let data = try JSONSerialization.data(
            withJSONObject: fields, options: [.sortedKeys, .withoutEscapingSlashes])
        try write(String(decoding: data, as: UTF8.self))
    }

    /// At once, not when a buffer is full: measuring goes on for minutes.
    private func write(_ line: String) throws {
        try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    }

    private func writeError(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }
}

/// Numbers as people read them.
enum Text {
    /// Three or four digits that count.
    static func rounded(_ value: Double) -> String {
        String(format: value < 10 ? "%.2f" : value < 1000 ? "%.1f" : "%.0f", value)
    }

    /// Milliseconds, without the unit.
    static func milliseconds(_ seconds: Double) -> String { rounded(seconds * 1000) }
}
