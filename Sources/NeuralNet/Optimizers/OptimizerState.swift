public import TensorCore

/// What a checkpoint keeps of an optimizer, in the form of PyTorch's `Optimizer.state_dict()`.
public struct OptimizerState: Sendable, Equatable {
    /// One remembered quantity of a parameter.
    public enum Entry: Sendable, Equatable {
        case tensor(PlainTensor)
        case double(Double)
        case int(Int)
        case null
    }

    /// A parameter group: its settings and the numbers of its parameters.
    public struct Group: Sendable {
        /// Settings under PyTorch's names.
        public var options: [(name: String, value: OptionValue)]
        /// The parameters' numbers, counted through all groups.
        public var parameters: [Int]

        /// A group of a saved optimizer.
        public init(options: [(name: String, value: OptionValue)], parameters: [Int]) {
            self.options = options
            self.parameters = parameters
        }
    }

    /// Remembered quantities by parameter number; none for a parameter that was never stepped.
    public var entries: [Int: [(name: String, entry: Entry)]]
    /// The parameter groups in order.
    public var groups: [Group]

    /// A saved optimizer.
    public init(entries: [Int: [(name: String, entry: Entry)]], groups: [Group]) {
        self.entries = entries
        self.groups = groups
    }

    /// Compares everything.
    public static func == (a: OptimizerState, b: OptimizerState) -> Bool {
        a.entries.count == b.entries.count
            && a.entries.allSatisfy { key, list in
                b.entries[key].map { other in list.elementsEqual(other) { $0 == $1 } } ?? false
            }
            && a.groups.elementsEqual(b.groups) { x, y in
                x.parameters == y.parameters
                    && x.options.elementsEqual(y.options) { $0 == $1 }
            }
    }
}

/// A saved optimizer that does not fit the one it is loaded into.
public struct OptimizerStateError: Error, Sendable, CustomStringConvertible {
    /// What does not fit.
    public let description: String

    init(_ description: String) { self.description = description }
}
