package import NeuralNet
package import TensorCore

/// The slope of a function of several numbers along each of them, by central differences.
///
/// `step` must be wide enough to rise above single-precision noise and narrow enough for curvature.
package func centralDifference(
    of function: ([Double]) throws -> Double, at values: [Double], step: Double = 1e-2
) rethrows -> [Double] {
    try values.indices.map { place in
        var (lower, upper) = (values, values)
        lower[place] -= step
        upper[place] += step
        return try (function(upper) - function(lower)) / (upper[place] - lower[place])
    }
}

/// Compares the gradients that a tape brings to an operation's operands with central differences.
///
/// The output is summed under fixed random weights, so that every element of it counts differently.
/// Returns what differs, or nil.
package func gradientDifference(
    of operands: [ReferenceArray], mode: ForwardContext.Mode = .training, step: Double = 1e-2,
    _ tolerance: Tolerance, on device: Device,
    _ operation: ([Variable], ForwardContext) throws -> Variable
) throws -> String? {
    let random = KeyedRandom(seed: 0)
    func value(_ operands: [ReferenceArray]) throws -> Double {
        let context = ForwardContext(mode: mode, tape: nil, device: device, random: random)
        let inputs = try operands.map { Variable(try $0.tensor(on: device)) }
        let output = try operation(inputs, context).value
        let weights = ReferenceArray(random: output.shape, "output weights")
        return zip(try output.plainValues(), weights.values).reduce(0) { $0 + Double($1.0) * $1.1 }
    }
    let tape = Tape()
    let context = ForwardContext(mode: mode, tape: tape, device: device, random: random)
    let inputs = try operands.map { tape.input(try $0.tensor(on: device)) }
    let output = try operation(inputs, context)
    let weights = ReferenceArray(random: output.shape, "output weights")
    try tape.backward(from: output, gradient: weights.tensor(on: device))
    for (number, operand) in operands.enumerated() {
        guard let gradient = tape.gradient(of: inputs[number]) else {
            return "operand \(number) got no gradient"
        }
        let slopes = try centralDifference(
            of: { values in
                var changed = operands
                changed[number].values = values
                return try value(changed)
            }, at: operand.values, step: step)
        let expected = ReferenceArray(slopes, shape: operand.shape)
        if let text = try difference(gradient, expected, tolerance) {
            return "operand \(number): \(text)"
        }
    }
    return nil
}

/// Compares the gradients that a layer's input and parameters get with central differences.
///
/// Returns what differs, or nil.
package func gradientDifference(
    of layer: some Layer, at input: ReferenceArray, mode: ForwardContext.Mode = .training,
    step: Double = 1e-2, _ tolerance: Tolerance, on device: Device
) throws -> String? {
    let atInput = try gradientDifference(of: [input], mode: mode, step: step, tolerance, on: device)
    { try layer($0[0], $1) }
    if let atInput { return "input: \(atInput)" }
    let random = KeyedRandom(seed: 0)
    func run(_ tape: Tape?) throws -> (output: Variable, weights: ReferenceArray) {
        let context = ForwardContext(mode: mode, tape: tape, device: device, random: random)
        let output = try layer(Variable(input.tensor(on: device)), context)
        return (output, ReferenceArray(random: output.shape, "output weights"))
    }
    for (name, parameter) in layer.namedParameters() {
        parameter.clearGradient()
        let tape = Tape()
        let (output, weights) = try run(tape)
        try tape.backward(from: output, gradient: weights.tensor(on: device))
        guard let gradient = parameter.gradient else { return "\(name) got no gradient" }
        let values = try parameter.value.plainValues()
        let slopes = try centralDifference(
            of: { changed in
                try parameter.assign(changed.map(Float.init))
                let (output, weights) = try run(nil)
                return try zip(output.value.plainValues(), weights.values)
                    .reduce(0) { $0 + Double($1.0) * $1.1 }
            }, at: values.map(Double.init), step: step)
        try parameter.assign(values)
        let expected = ReferenceArray(slopes, shape: parameter.value.shape)
        if let text = try difference(gradient, expected, tolerance) { return "\(name): \(text)" }
    }
    return nil
}
