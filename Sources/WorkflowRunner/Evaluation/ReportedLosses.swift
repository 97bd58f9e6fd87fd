import TensorCore
import TrainingInterfaces

/// Losses that a model's `valStep` reports at the end of its predictions, averaged over an evaluation.
///
/// Source: `ValLoop` and `TestLoop` of MMEngine.
struct ReportedLosses {
    private var sums: [(name: String, sum: Double, count: Int)] = []

    /// The predictions without the losses at their end, which are taken in.
    mutating func taking(from predictions: DataValue) throws -> DataValue {
        switch predictions {
        case .list(let parts):
            guard let losses = Self.losses(parts.last) else { return predictions }
            try add(losses)
            return .list(parts.dropLast())
        case .tuple(let parts):
            guard let losses = Self.losses(parts.last) else { return predictions }
            try add(losses)
            // What stood before them alone was made a tuple for their sake.
            return parts.count == 2 ? parts[0] : .tuple(parts.dropLast())
        default: return predictions
        }
    }

    /// The mean of every loss, and the sum of those whose names contain `loss`; begins anew.
    mutating func conclude(as mode: String) -> [(name: String, value: Double)] {
        defer { sums = [] }
        guard !sums.isEmpty else { return [] }
        let means = sums.map { (name: $0.name, value: $0.sum / Double(max(1, $0.count))) }
        let whole = means.filter { $0.name.contains("loss") }.reduce(0) { $0 + $1.value }
        return means + [(name: "\(mode)_loss", value: whole)]
    }

    private static func losses(_ last: DataValue?) -> DataDictionary? {
        guard case .dictionary(let sample) = last, sample.keys == ["loss"],
            case .dictionary(let losses) = sample["loss"]
        else { return nil }
        return losses
    }

    private mutating func add(_ losses: DataDictionary) throws {
        for (name, value) in losses.entries {
            switch value {
            case .list(let parts):
                for part in parts { add(name, try Self.number(part, name)) }
            default: add(name, try Self.number(value, name))
            }
        }
    }

    private mutating func add(_ name: String, _ value: Double) {
        if let place = sums.firstIndex(where: { $0.name == name }) {
            sums[place].sum += value
            sums[place].count += 1
        } else {
            sums.append((name, value, 1))
        }
    }

    private static func number(_ value: DataValue, _ name: String) throws -> Double {
        switch value {
        case .double(let number): return number
        case .int(let number): return Double(number)
        case .array(let array) where array.elements.count == 1: return Double(array.floats[0])
        default:
            throw RunnerError(
                "val_step", "the loss \"\(name)\" is \(value.kind), expected a number")
        }
    }
}

extension Evaluator {
    /// Takes in predictions of any form, where this evaluator does.
    func process(_ batch: Batch, predicted value: DataValue) throws {
        if let evaluator = self as? any ValueEvaluator {
            try evaluator.process(batch, predictions: value)
        } else if case .array(let array) = value {
            try process(batch, predictions: array)
        } else {
            throw RunnerError(
                "val_evaluator", "it takes an array of predictions, the model gives \(value.kind)")
        }
    }
}
