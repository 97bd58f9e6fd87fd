extension Reference {
    /// `input · weightᵀ + bias`.
    ///
    /// Shape: input `[N, I]`, weight `[O, I]`, bias `[O]`.
    package static func linear(
        _ input: ReferenceArray, _ weight: ReferenceArray, bias: ReferenceArray? = nil
    ) -> ReferenceArray {
        let (rows, depth, columns) = (input.shape[0], input.shape[1], weight.shape[0])
        var output = ReferenceArray(zeros: [rows, columns])
        for n in 0..<rows {
            for o in 0..<columns {
                var sum = bias?.values[o] ?? 0
                for i in 0..<depth {
                    sum += input.values[n * depth + i] * weight.values[o * depth + i]
                }
                output.values[n * columns + o] = sum
            }
        }
        return output
    }

    /// The gradients of a linear map's operands.
    package static func linearGradients(
        _ gradient: ReferenceArray, _ input: ReferenceArray, _ weight: ReferenceArray
    ) -> (input: ReferenceArray, weight: ReferenceArray, bias: ReferenceArray) {
        let (rows, depth, columns) = (input.shape[0], input.shape[1], weight.shape[0])
        var inputGradient = ReferenceArray(zeros: input.shape)
        var weightGradient = ReferenceArray(zeros: weight.shape)
        var biasGradient = ReferenceArray(zeros: [columns])
        for n in 0..<rows {
            for o in 0..<columns {
                let outer = gradient.values[n * columns + o]
                biasGradient.values[o] += outer
                for i in 0..<depth {
                    inputGradient.values[n * depth + i] += outer * weight.values[o * depth + i]
                    weightGradient.values[o * depth + i] += outer * input.values[n * depth + i]
                }
            }
        }
        return (inputGradient, weightGradient, biasGradient)
    }
}
