extension LoggerHook {
    /// The numbers of a row as loggers of curves name them: `train/loss`, `learning_rate`, `momentum`.
    ///
    /// Times are left out. Several optimizers have a curve each: `learning_rate/name`.
    /// Source: `LoggerHook.get_loggable_tags` of MMCV.
    ///
    /// - Parameters:
    ///   - row: The numbers.
    ///   - mode: The phase they belong to.
    ///   - runner: Whose optimizers are asked.
    /// - Returns: Names and numbers, in order.
    public func curves(of row: Row, mode: String, _ runner: BaseRunner) -> [(
        tag: String, value: Double
    )] {
        let numbers = row.filter { $0.name != "time" && $0.name != "data_time" }
            .map { (tag: "\(mode)/\($0.name)", value: $0.value) }
        let rates = (try? runner.currentLearningRates) ?? []
        let momentums = (try? runner.currentMomentums) ?? []
        return numbers + Self.perOptimizer("learning_rate", rates)
            + Self.perOptimizer("momentum", momentums)
    }

    /// The first group's number of each optimizer.
    private static func perOptimizer(
        _ tag: String, _ values: [(optimizer: String, values: [Double])]
    ) -> [(tag: String, value: Double)] {
        values.map { ($0.optimizer.isEmpty ? tag : "\(tag)/\($0.optimizer)", $0.values.first ?? 0) }
    }
}
