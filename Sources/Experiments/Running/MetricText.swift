import TorchFile
import TrainingInterfaces

/// Metrics as they are printed and filed.
enum MetricText {
    /// The value with two digits, as Python prints `round(x, 2)`.
    static func rounded(_ value: MetricValue) -> String {
        switch value {
        case .number(let number): rounded(number)
        case .integer(let number): "\(number)"
        case .list(let numbers): list(numbers.map(rounded))
        case .integers(let numbers): list(numbers.map { "\($0)" })
        case .matrix(let rows): list(rows.map { list($0.map { "\($0)" }) })
        }
    }

    /// The value as files hold it.
    static func value(_ value: MetricValue) -> TorchValue {
        switch value {
        case .number(let number): .double(number)
        case .integer(let number): .int(number)
        case .list(let numbers): .list(numbers.map { .double($0) })
        case .integers(let numbers): .list(numbers.map { .int($0) })
        case .matrix(let rows): .list(rows.map { .list($0.map { .int($0) }) })
        }
    }

    private static func list(_ parts: [String]) -> String {
        "[\(parts.joined(separator: ", "))]"
    }

    private static func rounded(_ number: Double) -> String {
        "\((number * 100).rounded(.toNearestOrEven) / 100)"
    }
}
