/// The products of a linear layer and of its backward pass.
///
/// Shape: input `[N, I]`, weight `[O, I]`, bias `[O]`, output `[N, O]`.
/// Source: `torch.nn.functional.linear`.
package enum LinearProduct {
    /// `input · weightᵀ + bias`.
    ///
    /// Errors: throws `ShapeError` where the operands do not fit.
    package static func forward(_ input: Tensor, weight: Tensor, bias: Tensor?) throws -> Tensor {
        guard input.shape.count == 2, input.shape[1] == weight.shape[1] else {
            throw ShapeError(
                "linear: input \(input.shape) does not fit weight \(weight.shape), which expects "
                    + "[N, \(weight.shape[1])]")
        }
        let device = input.device
        let output = device.empty([input.shape[0], weight.shape[0]])
        if let bias {
            let row = try bias.plainValues()
            let rows = Array(repeating: row, count: input.shape[0])
            try output.assign(Array(rows.joined()))
        }
        try device.matrixProduct.multiply(
            input.plain(), times: weight, transposingRight: true, into: output, adding: bias != nil)
        return output
    }

    /// The gradient of the input: `gradient · weight`.
    package static func inputGradient(_ gradient: Tensor, weight: Tensor) throws -> Tensor {
        let result = gradient.device.empty([gradient.shape[0], weight.shape[1]])
        try gradient.device.matrixProduct.multiply(
            gradient.plain(), times: weight, into: result, adding: false)
        return result
    }

    /// The gradient of the weight: `gradientᵀ · input`.
    package static func weightGradient(_ gradient: Tensor, input: Tensor) throws -> Tensor {
        let result = gradient.device.empty([gradient.shape[1], input.shape[1]])
        try gradient.device.matrixProduct.multiply(
            gradient.plain(), transposingLeft: true, times: input.plain(), into: result,
            adding: false)
        return result
    }

    /// The gradient of the bias: the sum of the gradient's rows.
    package static func biasGradient(_ gradient: Tensor) throws -> Tensor {
        let columns = gradient.shape[1]
        var sums = [Float](repeating: 0, count: columns)
        for (place, value) in try gradient.plainValues().enumerated() {
            sums[place % columns] += value
        }
        return try gradient.device.tensor(sums, shape: [columns])
    }
}
