/// A two-dimensional convolution of one shape: forward, and the gradients of its operands.
///
/// Each of the three is computed by an algorithm of its own choice.
/// Shape: input `[N, C, H, W]`, weight `[K, C / groups, R, S]`, bias `[K]`; output `[N, K, P, Q]`.
/// Source: `torch.nn.functional.conv2d`.
package final class Convolution {
    let problem: ConvolutionProblem
    private let weightShape: [Int]
    private var kernels: [ConvolutionPass: any ConvolutionKernel] = [:]
    /// Forward kernels that finish their result, by what they do to it.
    var finishing: [ConvolutionEnding: FinishingKernel] = [:]

    private init(_ problem: ConvolutionProblem, weightShape: [Int]) {
        self.problem = problem
        self.weightShape = weightShape
    }

    /// The kernel of a pass, prepared on its first use.
    private func kernel(_ pass: ConvolutionPass, on device: Device) throws
        -> any ConvolutionKernel
    {
        if let kernel = kernels[pass] { return kernel }
        let hint = try hint(pass, on: device)
        let operation = problem.description(pass)
        for algorithm in try algorithms(pass, on: device, hint: hint) {
            guard let kernel = try problem.kernel(pass, algorithm, device.kernels, hint: hint)
            else { continue }
            device.algorithms.note(
                .init(
                    operation: operation, algorithm: algorithm,
                    implementation: kernel.implementation))
            kernels[pass] = kernel
            return kernel
        }
        throw KernelError(function: "convolution", status: "no kernel for \(operation)")
    }

    /// The forward primitive that the library wants to see for one of a gradient.
    private func hint(_ pass: ConvolutionPass, on device: Device) throws -> Primitive? {
        if pass == .forward { return nil }
        if let forward = try kernel(.forward, on: device) as? LibraryConvolution {
            return forward.primitive
        }
        return try problem.primitive(.forward, .direct, device.kernels, hint: nil)
    }

    /// The algorithm of a pass, and the one that serves where it is not implemented.
    func algorithms(_ pass: ConvolutionPass, on device: Device, hint: Primitive?) throws
        -> [ConvolutionAlgorithm]
    {
        let operation = problem.description(pass)
        let choices = device.algorithms
        if choices.choices[operation] == nil && choices.timesCandidates {
            let fastest = try problem.fastestAlgorithm(pass, on: device, hint: hint)
            choices.choose(fastest, for: operation)
        }
        let wanted =
            choices.choices[operation] ?? choices.preferred
            ?? problem.algorithmByRule(pass, device.kernels)
        return [wanted, .direct].filter { problem.allows($0, pass, device.kernels) }
    }

    /// The prepared convolution for these operands.
    ///
    /// Errors: throws `ShapeError` where the operands do not fit, an input smaller than the kernel
    /// included.
    package static func prepared(
        input: Tensor, weight: Tensor, window: Window, groups: Int, hasBias: Bool,
        elementType: ElementType = .float32
    ) throws -> Convolution {
        guard input.shape.count == 4, weight.shape.count == 4 else {
            throw ShapeError(
                "conv2d: input \(input.shape) and weight \(weight.shape) must have four dimensions")
        }
        guard input.shape[1] == weight.shape[1] * groups else {
            throw ShapeError(
                "conv2d: input \(input.shape) has \(input.shape[1]) channels, weight "
                    + "\(weight.shape) expects \(weight.shape[1] * groups)")
        }
        guard input.shape[0] > 0,
            let output = window.output(height: input.shape[2], width: input.shape[3])
        else {
            throw ShapeError(
                "conv2d: input \(input.shape) is smaller than the kernel of weight "
                    + "\(weight.shape) with padding \(text(window.padding)) and dilation "
                    + "\(text(window.dilation))")
        }
        let key = KernelKey(
            elementType == .bfloat16 ? "convolution, bfloat16" : "convolution",
            input.shape + weight.shape + window.numbers + [groups, hasBias ? 1 : 0])
        return input.device.kernels.kernel(key) {
            let shape = weight.shape
            return Convolution(
                ConvolutionProblem(
                    input: input.shape,
                    weight: groups == 1 ? shape : [groups, shape[0] / groups] + shape.dropFirst(),
                    output: [input.shape[0], shape[0], output.height, output.width],
                    window: window, hasBias: hasBias, elementType: elementType),
                weightShape: shape)
        }
    }

    /// The convolution of an input.
    package func forward(
        _ input: Tensor, weight: Tensor, copies: KernelCopies?, bias: Tensor?
    ) throws -> Tensor {
        let kernel = try kernel(.forward, on: input.device)
        let output = input.device.empty(problem.output, layout: kernel.layouts.output)
        try kernel.run(
            input: input.laidOut(as: kernel.layouts.input),
            weight: prepared(weight, copies, for: kernel), output: output,
            bias: bias?.plain())
        return output
    }

    /// The gradient of the input, given that of the output.
    package func inputGradient(_ gradient: Tensor, weight: Tensor, copies: KernelCopies?) throws
        -> Tensor
    {
        let kernel = try kernel(.backwardData, on: gradient.device)
        let result = gradient.device.empty(problem.input, layout: kernel.layouts.input)
        try kernel.run(
            input: result, weight: prepared(weight, copies, for: kernel),
            output: gradient.laidOut(as: kernel.layouts.output), bias: nil)
        return result
    }

    /// The gradients of the weight and of the bias, if there is one.
    package func weightGradient(_ gradient: Tensor, input: Tensor) throws -> (
        weight: Tensor, bias: Tensor?
    ) {
        let kernel = try kernel(.backwardWeights, on: gradient.device)
        let result = gradient.device.empty(problem.weight, layout: kernel.layouts.weight)
        let bias = problem.hasBias ? gradient.device.empty([problem.output[1]]) : nil
        try kernel.run(
            input: input.laidOut(as: kernel.layouts.input), weight: result,
            output: gradient.laidOut(as: kernel.layouts.output), bias: bias)
        let isGrouped = problem.weight.count == 5
        return (isGrouped ? try result.reshaped(weightShape) : result, bias)
    }

    private func prepared(
        _ weight: Tensor, _ copies: KernelCopies?, for kernel: any ConvolutionKernel
    ) throws -> Tensor {
        let shaped = problem.weight.count == 5 ? try weight.reshaped(problem.weight) : weight
        return try kernel.prepared(shaped, copies)
    }
}
