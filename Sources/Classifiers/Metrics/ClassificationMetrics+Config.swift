public import ConfigCore

extension ClassificationMetrics {
    /// Reads `metric` and `metric_options` of an evaluation; its other keys are the caller's.
    ///
    /// With `classCount`, a warning tells of a top-k that asks for more classes than there are.
    public init(
        from reader: inout ConfigReader, classCount: Int? = nil, _ context: BuildContext
    ) throws {
        self.init()
        if let node = reader.node("metric"), !node.isNull {
            metrics = try reader.metricNames(node, among: Metric.self, of: "single-label data sets")
        }
        _ = try reader.nested("metric_options") { try readOptions(&$0) }
        guard let classCount, metrics.contains(.accuracy) else { return }
        topK.warn(
            ifAbove: classCount, at: reader.node["metric_options"] ?? reader.node,
            path: reader.path(to: "metric_options"), context)
    }

    private mutating func readOptions(_ reader: inout ConfigReader) throws {
        if let given = try TopK(from: &reader) { topK = given }
        if let node = reader.node("thrs"), !node.isNull {
            let path = reader.path(to: "thrs")
            thresholds =
                node.list == nil
                ? .single(try Double(config: node, at: path))
                : .several(try [Double](config: node, at: path))
        }
        averageMode = try reader.choice(
            "average_mode", default: AverageMode.macro, among: [.macro, .none])
    }
}
