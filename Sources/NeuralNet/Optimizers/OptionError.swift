/// A setting of an optimizer that has no meaning.
public struct OptionError: Error, Sendable, CustomStringConvertible {
    /// The setting under PyTorch's name.
    public let option: String
    /// What is wrong with it.
    public let problem: String

    /// One line: the setting, then the problem.
    public var description: String { "\(option): \(problem)" }
}

extension ParameterGroup {
    func requireNonNegative(_ options: String...) throws {
        for option in options {
            guard let value = self[option]?.number else { continue }
            guard value >= 0 else {
                throw OptionError(option: option, problem: "must not be negative, got \(value)")
            }
        }
    }

    func double(_ option: String) -> Double { self[option]?.number ?? 0 }

    func flag(_ option: String) -> Bool { self[option] == .bool(true) }

    func pair(_ option: String) -> (Double, Double) {
        if case .pair(let first, let second) = self[option] { return (first, second) }
        return (0, 0)
    }

    var betas: (Double, Double) { pair("betas") }
}
