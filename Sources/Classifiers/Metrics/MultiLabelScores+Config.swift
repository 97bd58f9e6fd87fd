public import ConfigCore

extension MultiLabelScores {
    /// Reads `metric` and `metric_options` of an evaluation; its other keys are the caller's.
    ///
    /// Of `thr` and `k` in the options `thr` counts, as in the original.
    public init(from reader: inout ConfigReader) throws {
        self.init()
        if let node = reader.node("metric"), !node.isNull {
            metrics = try reader.metricNames(node, among: Metric.self, of: "multi-label data sets")
        }
        _ = try reader.nested("metric_options") { options in
            let threshold: Double? = try options.optional("thr")
            let count: Int? = try options.optional("k")
            if let count, count < 1 {
                throw options.failure("k", "", expected: "a positive integer")
            }
            choice =
                threshold.map { .threshold($0) } ?? count.map { .best($0) } ?? .threshold(0.5)
        }
    }
}

extension ConfigReader {
    /// The metrics under `metric`: a name or a list of names.
    func metricNames<Metric: RawRepresentable<String> & CaseIterable & Hashable>(
        _ node: ConfigNode, among: Metric.Type, of kind: String
    ) throws -> Set<Metric> {
        let path = path(to: "metric")
        let names = try node.string.map { [$0] } ?? [String](config: node, at: path)
        let metrics = try names.map { name in
            guard let metric = Metric(rawValue: name) else {
                throw unknown(
                    "metric", name, kind: "metric of \(kind)",
                    among: Metric.allCases.map(\.rawValue))
            }
            return metric
        }
        guard !metrics.isEmpty else { throw failure("metric", "names no metric") }
        return Set(metrics)
    }
}
