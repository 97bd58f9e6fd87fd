internal import ConfigCore
internal import NeuralNet
internal import TensorCore

/// Values and gradients of single operations.
struct OpsNumeric: CaseFamily {
    let name = "ops_numeric"

    /// Results and gradients by name.
    typealias Results = [String: PlainTensor]

    /// The operations that the program has, under the names the files give them.
    private static let operations: [String: @Sendable (Operands) throws -> Results] = [
        "conv2d": convolution,
        "batchnorm2d": batchNormalization,
        "relu": rectifier,
        "max_pool2d": maximumPooling,
        "avg_pool2d": averagePooling,
        "adaptive_avg_pool2d": adaptiveAveragePooling,
        "softmax": { try softmax($0, logarithm: false) },
        "log_softmax": { try softmax($0, logarithm: true) },
        "sigmoid": { try activation($0) { try sigmoid($0, $1) } },
        "tanh": { try activation($0) { try tanh($0, $1) } },
        "silu": { try activation($0) { try silu($0, $1) } },
        "gelu": gelu,
        "leaky_relu": leakyRectifier,
        "linear": linearMap,
        "CrossEntropyLoss": crossEntropy,
        "LabelSmoothLoss": labelSmoothing,
        "accuracy": accuracy,
        "residual_block": residualBlock,
    ]

    func recognizes(_ item: OracleCase) -> Bool { item.input["op"] != nil }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        let name = try item.input.field("op").text()
        guard let operation = Self.operations[name] else { throw UnknownOperation(name) }
        let results = try operation(Operands(input: item.input, device: context.device))
        var differences = Differences()
        for (key, expected) in item.expected.entries {
            if ["float64_max_abs_diff", "error"].contains(key) { continue }
            guard let actual = results[key] else {
                throw UnknownOperation("\(name) with the result \(key)")
            }
            let precision = item.expected["float64_max_abs_diff"]?[key]?.double ?? 0
            if expected.list != nil {
                // Metrics come as lists of numbers, nested as their arguments are.
                let numbers = try expected.flatNumbers()
                differences.compare(
                    key, expected: numbers, actual: actual.floats.map(Double.init),
                    within: Differences.singlePrecision(numbers, float64Difference: precision))
            } else {
                try differences.compare(
                    key, expected: expected, actual: actual, float64Difference: precision)
            }
        }
        try differences.finish()
    }
}

/// The tensors and arguments of an operation, and the tape it is recorded on.
struct Operands {
    let input: ConfigNode
    let device: Device
    let tape = Tape()

    /// The arguments.
    var arguments: ConfigNode { input["args"] ?? [:] }

    /// What the operation runs under.
    func context(training: Bool = true) -> ForwardContext {
        ForwardContext(
            mode: training ? .training : .evaluation, tape: tape, device: device,
            random: KeyedRandom(seed: 0))
    }

    /// An operand whose gradient is wanted.
    func variable(_ name: String) throws -> Variable {
        tape.input(try device.tensor(input.field(name).array()))
    }

    /// An operand that a case may lack.
    func optionalVariable(_ name: String) throws -> Variable? {
        input.given(name) == nil ? nil : try variable(name)
    }

    /// The window that kernel, stride, padding and dilation in the arguments describe.
    func window(kernel: (Int, Int), defaultStride: (Int, Int)) throws -> Window {
        Window(
            kernel: kernel,
            stride: try arguments.given("stride").map { try $0.pair() } ?? defaultStride,
            padding: try arguments.given("padding").map { try $0.pair() } ?? (0, 0),
            dilation: try arguments.given("dilation").map { try $0.pair() } ?? (1, 1))
    }

    /// Brings the case's `grad_y` back from the result to the operands.
    ///
    /// - Parameters:
    ///   - result: The operation's result.
    ///   - operands: The operands by name; those that are nil do not exist.
    /// - Returns: The result as `y`, and the gradient of each operand as `d<name>`.
    /// - Throws: `MalformedCase` without `grad_y`; whatever the backward pass throws.
    func results(_ result: Variable, _ operands: [String: Variable?]) throws -> OpsNumeric.Results {
        var results = ["y": try result.value.plainTensor()]
        let gradient = try device.tensor(input.field("grad_y").array())
        try tape.backward(from: result, gradient: gradient)
        for case (let name, let operand?) in operands {
            results["d\(name)"] = try tape.gradient(of: operand)?.plainTensor()
        }
        return results
    }
}

extension Tensor {
    /// The values in plain memory, with their shape.
    func plainTensor() throws -> PlainTensor { PlainTensor(try plainValues(), shape: shape) }
}
