public import TensorCore

/// The record of one forward pass, walked once in reverse.
///
/// `backward` drops each node as soon as it has used it, so that activations and their gradients go
/// back to the pool at once.
public final class Tape {
    /// Gradients of an operation's inputs, given that of its output; nil where none is needed.
    public typealias Pullback = (Tensor) throws -> [Tensor?]
    /// The same, given parts whose sum is the gradient of the output: one from each operation that
    /// used it.
    typealias GatheringPullback = ([Tensor]) throws -> [Tensor?]

    private enum Node {
        case operation(inputs: [Int?], function: StaticString, pullback: GatheringPullback)
        case parameter(Parameter)
        case input
        case used
    }

    private var nodes: [Node] = []
    /// How many nodes earlier passes had: numbers are never given twice, so that a variable of a pass
    /// that is over is not mistaken for one of the present.
    private var first = 0
    private var parameterNodes: [ObjectIdentifier: Int] = [:]
    private var inputGradients: [Int: Tensor] = [:]

    /// An empty tape.
    public init() {}

    /// The parameter as a variable: its gradient gathers in the parameter.
    public func variable(_ parameter: Parameter) -> Variable {
        guard parameter.requiresGradient else { return Variable(parameter.value) }
        let identity = ObjectIdentifier(parameter)
        if let node = parameterNodes[identity] { return Variable(parameter.value, node: node) }
        let variable = append(.parameter(parameter), parameter.value)
        parameterNodes[identity] = variable.node
        return variable
    }

    /// An array whose gradient is wanted though it is no parameter; read it with `gradient(of:)`.
    public func input(_ value: Tensor) -> Variable {
        append(.input, value)
    }

    /// The gradient that the backward pass brought to an input, or nil.
    public func gradient(of input: Variable) -> Tensor? {
        input.node.flatMap { inputGradients[$0] }
    }

    /// Records an operation, unless all its inputs are constants.
    public func record(
        _ output: Tensor, from inputs: [Variable], function: StaticString = #function,
        pullback: @escaping Pullback
    ) -> Variable {
        record(
            output, from: inputs, function: function, gathering: { try pullback(Tape.sum($0)) })
    }

    /// Records an operation that sums the parts of its output's gradient up itself.
    func record(
        _ output: Tensor, from inputs: [Variable], function: StaticString = #function,
        gathering pullback: @escaping GatheringPullback
    ) -> Variable {
        guard inputs.contains(where: \.needsGradient) else { return Variable(output) }
        return append(
            .operation(inputs: inputs.map(\.node), function: function, pullback: pullback), output)
    }

    static func sum(_ parts: [Tensor]) throws -> Tensor {
        try parts.dropFirst().reduce(parts[0]) { try $0.adding($1) }
    }

    private func append(_ node: Node, _ value: Tensor) -> Variable {
        nodes.append(node)
        return Variable(value, node: first + nodes.count - 1)
    }

    /// Brings the gradients of `variable` to every parameter and input behind it, and empties the tape.
    ///
    /// `gradient` is the gradient of the variable itself: 1 for the loss by default.
    ///
    /// Errors: traps for a variable of a pass that is over.
    public func backward(from variable: Variable, gradient: Tensor? = nil) throws {
        guard let node = variable.node else { return }
        let last = node - first
        require(
            nodes.indices.contains(last),
            "a backward pass from a variable that is not on the tape: backward empties the tape")
        var gradients = [[Tensor]](repeating: [], count: last + 1)
        gradients[last] = [try gradient ?? variable.value.device.full(variable.shape, 1)]
        for place in stride(from: last, through: 0, by: -1) {
            var node = Node.used
            swap(&node, &nodes[place])
            let parts = gradients[place]
            guard !parts.isEmpty else { continue }
            gradients[place] = []
            switch node {
            case .used: break
            case .input: inputGradients[first + place] = try Tape.sum(parts)
            case .parameter(let parameter): for part in parts { try parameter.accumulate(part) }
            case .operation(let inputs, let function, let pullback):
                let results = try parts[0].device.measured(
                    "\(operationName(function)) backward", .operation
                ) { try pullback(parts) }
                for (input, result) in zip(inputs, results) {
                    if let input, let result { gradients[input - first].append(result) }
                }
            }
        }
        first += nodes.count
        nodes.removeAll(keepingCapacity: true)
        parameterNodes.removeAll(keepingCapacity: true)
    }
}

/// The name of a function without its arguments, for measured times.
func operationName(_ function: StaticString) -> String {
    String("\(function)".prefix { $0 != "(" })
}
