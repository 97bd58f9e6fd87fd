package import TensorCore

extension Reference {
    /// One product of a convolution: the places of its three operands.
    private struct Term {
        let input, weight, output: Int
    }

    /// The size of a convolution's output.
    private static func outputShape(_ input: [Int], _ weight: [Int], _ window: Window) -> [Int] {
        func size(_ input: Int, _ k: Int, _ s: Int, _ p: Int, _ d: Int) -> Int {
            (input + 2 * p - d * (k - 1) - 1) / s + 1
        }
        return [
            input[0], weight[0],
            size(
                input[2], weight[2], window.stride.height, window.padding.height,
                window.dilation.height),
            size(
                input[3], weight[3], window.stride.width, window.padding.width,
                window.dilation.width),
        ]
    }

    /// Visits every product of a convolution; inlined, because it is called millions of times.
    @inline(__always)
    private static func forEachTerm(
        input: [Int], weight: [Int], output: [Int], _ window: Window, groups: Int,
        _ visit: (Term) -> Void
    ) {
        let (channelsPerGroup, outputsPerGroup) = (weight[1], weight[0] / groups)
        for n in 0..<output[0] {
            for k in 0..<output[1] {
                for y in 0..<output[2] {
                    for x in 0..<output[3] {
                        let place = ((n * output[1] + k) * output[2] + y) * output[3] + x
                        for c in 0..<channelsPerGroup {
                            let channel = k / outputsPerGroup * channelsPerGroup + c
                            for r in 0..<weight[2] {
                                let row =
                                    y * window.stride.height + r * window.dilation.height
                                    - window.padding.height
                                guard 0..<input[2] ~= row else { continue }
                                for s in 0..<weight[3] {
                                    let column =
                                        x * window.stride.width + s * window.dilation.width
                                        - window.padding.width
                                    guard 0..<input[3] ~= column else { continue }
                                    visit(
                                        Term(
                                            input: ((n * input[1] + channel) * input[2] + row)
                                                * input[3] + column,
                                            weight: ((k * weight[1] + c) * weight[2] + r)
                                                * weight[3] + s,
                                            output: place))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// A two-dimensional convolution.
    ///
    /// Shape: input `[N, C, H, W]`, weight `[K, C / groups, R, S]`, bias `[K]`.
    package static func convolution(
        _ input: ReferenceArray, _ weight: ReferenceArray, bias: ReferenceArray? = nil,
        _ window: Window, groups: Int = 1
    ) -> ReferenceArray {
        var output = ReferenceArray(zeros: outputShape(input.shape, weight.shape, window))
        let area = output.shape[2] * output.shape[3]
        if let bias {
            for place in output.values.indices {
                output.values[place] = bias.values[place / area % output.shape[1]]
            }
        }
        forEachTerm(
            input: input.shape, weight: weight.shape, output: output.shape, window, groups: groups
        ) { output.values[$0.output] += input.values[$0.input] * weight.values[$0.weight] }
        return output
    }

    /// The gradient of a convolution's input, given that of its output.
    package static func convolutionInputGradient(
        _ gradient: ReferenceArray, _ weight: ReferenceArray, inputShape: [Int], _ window: Window,
        groups: Int = 1
    ) -> ReferenceArray {
        var result = ReferenceArray(zeros: inputShape)
        forEachTerm(
            input: inputShape, weight: weight.shape, output: gradient.shape, window, groups: groups
        ) { result.values[$0.input] += gradient.values[$0.output] * weight.values[$0.weight] }
        return result
    }

    /// The gradients of a convolution's weight and bias, given that of its output.
    package static func convolutionWeightGradient(
        _ gradient: ReferenceArray, _ input: ReferenceArray, weightShape: [Int], _ window: Window,
        groups: Int = 1
    ) -> (weight: ReferenceArray, bias: ReferenceArray) {
        var result = ReferenceArray(zeros: weightShape)
        forEachTerm(
            input: input.shape, weight: weightShape, output: gradient.shape, window, groups: groups
        ) { result.values[$0.weight] += gradient.values[$0.output] * input.values[$0.input] }
        var bias = ReferenceArray(zeros: [weightShape[0]])
        let area = gradient.shape[2] * gradient.shape[3]
        for (place, value) in gradient.values.enumerated() {
            bias.values[place / area % weightShape[0]] += value
        }
        return (result, bias)
    }
}
