import Classifiers
import ConfigCore
import NeuralNet

/// How an optimizer is written in a config: the settings of its constructor in PyTorch, by type.
struct OptimizerForm: Sendable {
    /// Makes the optimizer from groups and settings.
    typealias Maker =
        @Sendable ([ParameterGroup], [(String, OptionValue)]) throws -> Optimizer

    let name: String
    var numbers: [String] = []
    var flags: [String] = []
    var pairs: [String] = []
    /// Pairs of which a number may be null.
    var nullablePairs: [String] = []
    /// Settings that choose among PyTorch's implementations of one formula.
    var implementation: [String] = []
    let make: Maker

    /// Reads the settings and makes the optimizer.
    func build(_ reader: inout ConfigReader, _ context: BuildContext) throws -> Optimizer {
        var options = try readNumbers(&reader)
        for name in flags {
            if let value: Bool = try reader.optional(name) { options.append((name, .bool(value))) }
        }
        options += try readPairs(&reader)
        options += try readImplementation(&reader, context)
        do {
            return try make(try context.value(OptimizerParameters.self).groups, options)
        } catch let error as OptionError {
            throw reader.failure(error.option, error.problem)
        }
    }

    private func readNumbers(_ reader: inout ConfigReader) throws -> [(String, OptionValue)] {
        try numbers.compactMap { name in
            try reader.optional(name, as: Double.self).map { (name, .double($0)) }
        }
    }

    private func readPairs(_ reader: inout ConfigReader) throws -> [(String, OptionValue)] {
        var options: [(String, OptionValue)] = []
        for name in pairs + nullablePairs {
            guard let values: [Double?] = try reader.optional(name) else { continue }
            let given = values.compactMap(\.self)
            guard values.count == 2, given.count == 2 || nullablePairs.contains(name) else {
                throw reader.failure(name, "", expected: "two numbers")
            }
            options.append(
                (
                    name,
                    given.count == 2
                        ? .pair(given[0], given[1])
                        : .tuple(values.map { $0.map { .double($0) } ?? .null })
                ))
        }
        return options
    }

    /// They are kept in the state, where PyTorch looks for them, and change no step.
    private func readImplementation(_ reader: inout ConfigReader, _ context: BuildContext) throws
        -> [(String, OptionValue)]
    {
        var options: [(String, OptionValue)] = []
        for name in implementation {
            guard let value: Bool = try reader.optional(name) else { continue }
            options.append((name, .bool(value)))
        }
        let chosen = options.filter { $0.1 == .bool(true) }.map(\.0)
        if !chosen.isEmpty, let warnings = try? context.value(BuildWarnings.self) {
            warnings.add(
                ConfigIssue(
                    at: reader.node, path: reader.path,
                    problem: "\(chosen.joined(separator: ", ")): chosen among PyTorch's "
                        + "implementations of the same step, without meaning here"))
        }
        return options
    }
}
