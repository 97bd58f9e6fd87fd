import MMRunner

/// Logs after every epoch how long the vector of all weights is.
final class MyHook: AfterTrainEpoch {
    func afterTrainEpoch(_ runner: BaseRunner) throws {
        let squares = try runner.model.namedParameters().map { _, parameter in
            try parameter.value.plainValues().reduce(0) { $0 + $1 * $1 }
        }
        runner.logger.info("weight norm: \(squares.reduce(0, +).squareRoot())")
    }
}
