public import NeuralNet
import TensorCore
public import TrainingInterfaces

/// What a head reports of one step: losses to minimise, and numbers to log beside them.
public struct LossTerms {
    /// Whose names and order the numbers of a step have.
    public enum Style: Sendable {
        /// MMClassification 0.x: accuracies first, the whole `loss` last.
        case mmcls
        /// MMEngine and MMPretrain: the whole `loss` first, accuracies last.
        case mmengine
    }

    private enum Term {
        case losses([Variable])
        case number(Double)
        case accuracy(Double)
    }

    private var terms: [(name: String, term: Term)] = []

    /// A report without entries.
    public init() {}

    /// Adds a loss; one of several values counts with their mean.
    ///
    /// As in the original, losses are those whose names contain `loss`; another one is only logged.
    public mutating func add(_ name: String, _ loss: Variable) { add(name, [loss]) }

    /// Adds the sum of several losses under one name, each with its mean.
    public mutating func add(_ name: String, _ losses: [Variable]) {
        terms.append((name, .losses(losses)))
    }

    /// Adds a number that is logged and not minimised.
    public mutating func log(_ name: String, _ value: Double) {
        terms.append((name, .number(value)))
    }

    /// Adds the percentage of samples whose class is among the `k` best, which is logged.
    public mutating func log(accuracyOfTop k: Int, _ value: Double) {
        terms.append(("top-\(k)", .accuracy(value)))
    }

    /// The step these terms make: their sum as `loss`, and every term under its name.
    ///
    /// The style of MMClassification leaves `loss` its place among the numbers where a term has that
    /// name, and else puts it last; that of MMEngine puts it first.
    /// Source: `BaseClassifier._parse_losses`, `BaseModel.parse_losses`.
    public func stepOutput(
        sampleCount: Int, style: Style = .mmcls, _ context: ForwardContext
    ) throws -> StepOutput {
        var total: Variable?
        var numbers: [(name: String, value: Double)] = []
        var accuracies: [(name: String, value: Double)] = []
        for (name, term) in terms {
            switch term {
            case .number(let value): numbers.append((name, value))
            case .accuracy(let value):
                if style == .mmcls {
                    numbers.append((name, value))
                } else {
                    accuracies.append(("accuracy_\(name)", value))
                }
            case .losses(let variables):
                let means = try variables.map { try mean($0, context) }
                guard let first = means.first else {
                    throw BatchError("losses: \"\(name)\" is a list without losses")
                }
                let loss = try means.dropFirst().reduce(first) { try sum($0, $1, context) }
                numbers.append((name, Double(try loss.value.scalar())))
                if name.contains("loss") {
                    total = try total.map { try sum($0, loss, context) } ?? loss
                }
            }
        }
        let whole = try total.map { Double(try $0.value.scalar()) } ?? 0
        let place = numbers.firstIndex { $0.name == "loss" }
        switch (style, place) {
        case (.mmcls, let place?): numbers[place].value = whole
        case (.mmcls, nil): numbers.append(("loss", whole))
        case (.mmengine, _):
            numbers.removeAll { $0.name == "loss" }
            numbers.insert(("loss", whole), at: 0)
        }
        return StepOutput(
            loss: total, logVariables: numbers + accuracies, sampleCount: sampleCount)
    }
}

/// The sum of two scalars.
private func sum(_ a: Variable, _ b: Variable, _ context: ForwardContext) throws -> Variable {
    let sum = try a.value.scalar() + b.value.scalar()
    return context.record(try context.device.full([], sum), from: [a, b]) { [$0, $0] }
}

/// The mean of all values, as a scalar.
private func mean(_ x: Variable, _ context: ForwardContext) throws -> Variable {
    let (shape, count) = (x.shape, x.value.count)
    guard !shape.isEmpty else { return x }
    let sum = try x.value.plainValues().reduce(0.0) { $0 + Double($1) }
    let result = try context.device.full([], Float(sum / Double(max(1, count))))
    return context.record(result, from: [x]) { gradient in
        let share = try gradient.scalar() / Float(max(1, count))
        return [try gradient.device.full(shape, share)]
    }
}
