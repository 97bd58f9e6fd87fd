public import NeuralNet
import TensorCore
public import TrainingInterfaces

/// What a head reports of one step: losses to minimise, and numbers to log beside them.
public struct LossTerms {
    private enum Term {
        case loss(Variable)
        case number(Double)
    }

    private var terms: [(name: String, term: Term)] = []

    /// A report without entries.
    public init() {}

    /// Adds a loss; one of several values counts with their mean.
    ///
    /// As in the original, losses are those whose names contain `loss`; another one is only logged.
    public mutating func add(_ name: String, _ loss: Variable) { terms.append((name, .loss(loss))) }

    /// Adds a number that is logged and not minimised.
    public mutating func log(_ name: String, _ value: Double) {
        terms.append((name, .number(value)))
    }

    /// The step these terms make: their sum as `loss`, and every term under its name.
    ///
    /// `loss` keeps its place among the numbers where a term has that name, and comes last otherwise.
    /// Source: `BaseClassifier._parse_losses`.
    public func stepOutput(sampleCount: Int, _ context: ForwardContext) throws -> StepOutput {
        var total: Variable?
        var numbers: [(name: String, value: Double)] = []
        for (name, term) in terms {
            switch term {
            case .number(let value): numbers.append((name, value))
            case .loss(let variable):
                let loss = try mean(variable, context)
                numbers.append((name, Double(try loss.value.scalar())))
                if name.contains("loss") { total = try total.map { try add($0, loss) } ?? loss }
            }
        }
        let sum = try total.map { Double(try $0.value.scalar()) } ?? 0
        if let place = numbers.firstIndex(where: { $0.name == "loss" }) {
            numbers[place].value = sum
        } else {
            numbers.append(("loss", sum))
        }
        return StepOutput(loss: total, logVariables: numbers, sampleCount: sampleCount)

        func add(_ a: Variable, _ b: Variable) throws -> Variable {
            let sum = try a.value.scalar() + b.value.scalar()
            return context.record(try context.device.full([], sum), from: [a, b]) { [$0, $0] }
        }
    }
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
