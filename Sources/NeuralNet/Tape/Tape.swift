public import TensorCore

/// The record of one forward pass, walked once in reverse.
///
/// `backward` drops each node as soon as it has used it, so that activations and their gradients go
/// back to the pool at once.
public final class Tape {
    /// Gradients of an operation's inputs, given that of its output; nil where none is needed.
    public typealias Pullback = (Tensor) throws -> [Tensor?]

    private enum Node {
        case operation(inputs: [Int?], pullback: Pullback)
        case parameter(Parameter)
        case input
        case used
    }

    private var nodes: [Node] = []
    private var parameterNodes: [ObjectIdentifier: Int] = [:]
    private var inputGradients: [Int: Tensor] = [:]

    /// An empty tape.
    public init() {}

    /// The parameter as a variable: its gradient gathers in the parameter.
    public func variable(_ parameter: Parameter) -> Variable {
        guard parameter.requiresGradient else { return Variable(parameter.value) }
        let identity = ObjectIdentifier(parameter)
        if let node = parameterNodes[identity] { return Variable(parameter.value, node: node) }
        nodes.append(.parameter(parameter))
        parameterNodes[identity] = nodes.count - 1
        return Variable(parameter.value, node: nodes.count - 1)
    }

    /// An array whose gradient is wanted though it is no parameter; read it with `gradient(of:)`.
    public func input(_ value: Tensor) -> Variable {
        nodes.append(.input)
        return Variable(value, node: nodes.count - 1)
    }

    /// The gradient that the backward pass brought to an input, or nil.
    public func gradient(of input: Variable) -> Tensor? {
        input.node.flatMap { inputGradients[$0] }
    }

    /// Records an operation, unless all its inputs are constants.
    public func record(_ output: Tensor, from inputs: [Variable], pullback: @escaping Pullback)
        -> Variable
    {
        guard inputs.contains(where: \.needsGradient) else { return Variable(output) }
        nodes.append(.operation(inputs: inputs.map(\.node), pullback: pullback))
        return Variable(output, node: nodes.count - 1)
    }

    /// Brings the gradients of `variable` to every parameter and input behind it, and empties the tape.
    ///
    /// `gradient` is the gradient of the variable itself: 1 for the loss by default.
    public func backward(from variable: Variable, gradient: Tensor? = nil) throws {
        guard let last = variable.node else { return }
        var gradients = [Tensor?](repeating: nil, count: last + 1)
        gradients[last] = try gradient ?? variable.value.device.full(variable.shape, 1)
        for place in stride(from: last, through: 0, by: -1) {
            let node = nodes[place]
            nodes[place] = .used
            guard let gradient = gradients[place] else { continue }
            gradients[place] = nil
            switch node {
            case .used: break
            case .input: inputGradients[place] = gradient
            case .parameter(let parameter): try parameter.accumulate(gradient)
            case .operation(let inputs, let pullback):
                for (input, part) in zip(inputs, try pullback(gradient)) {
                    guard let input, let part else { continue }
                    gradients[input] = try gradients[input].map { try $0.adding(part) } ?? part
                }
            }
        }
        nodes.removeAll(keepingCapacity: true)
        parameterNodes.removeAll(keepingCapacity: true)
    }
}
