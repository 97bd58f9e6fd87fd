import TensorCore

// What the subclasses share.

extension Optimizer.Memory {
    /// Counts a step; the number of steps so far, this one included.
    @discardableResult
    mutating func countStep() -> Int {
        let count = (step ?? 0) + 1
        step = count
        return count
    }

    /// The remembered tensor of that name; zeros of the parameter's shape at first.
    mutating func tensor(_ name: String, like parameter: Parameter) throws -> Tensor {
        try tensor(name, shape: parameter.value.shape, filledWith: 0, on: parameter)
    }

    /// The remembered tensor of that name, filled with one value at first.
    mutating func tensor(
        _ name: String, shape: [Int], filledWith value: Float, on parameter: Parameter
    ) throws -> Tensor {
        if let known = self[name] { return known }
        let tensor = try parameter.value.device.full(shape, value)
        tensors.append((name, tensor))
        return tensor
    }
}

extension ParameterGroup {
    /// The direction of a step whose weight decay joins the gradient.
    var coupledDirection: StepDirection {
        StepDirection(decay: double("weight_decay"), maximize: flag("maximize"))
    }

    /// The direction of a step whose weight decay shrinks the weights where
    /// `decoupled_weight_decay` is set.
    var direction: StepDirection {
        guard flag("decoupled_weight_decay") else { return coupledDirection }
        return StepDirection(
            decay: 0, shrinkingBy: learningRate * double("weight_decay"),
            maximize: flag("maximize"))
    }

    func requireBetas() throws {
        let (first, second) = betas
        guard 0..<1 ~= first, 0..<1 ~= second else {
            throw OptionError(
                option: "betas", problem: "both must be in [0, 1), got \(first) and \(second)")
        }
    }
}
