internal import COneDNN

/// What a convolution in evaluation does to its result before it is written.
struct ConvolutionEnding: Hashable {
    /// Whether another tensor of the result's shape is added.
    let adds: Bool
    /// Whether the result is rectified, after the addition.
    let rectifies: Bool

    /// The words reports add to the operation.
    var description: String { (adds ? " add" : "") + (rectifies ? " relu" : "") }
}

/// A forward kernel, and whether it does the ending itself.
struct FinishingKernel {
    let primitive: Primitive
    let takesEnding: Bool
}

extension ConvolutionProblem {
    /// The forward kernel of an algorithm with an ending; nil where the library has no such algorithm.
    ///
    /// Not every implementation takes endings (Winograd's takes none that keeps NaN), and one that does
    /// may be the library's slow fallback or want other layouts than the layers around it: then the
    /// kernel without an ending is better.
    func finishingKernel(
        _ algorithm: ConvolutionAlgorithm, _ ending: ConvolutionEnding, _ library: KernelLibrary
    ) throws -> FinishingKernel? {
        guard
            let bare = try primitive(.forward, algorithm, library, hint: nil, keepsWeight: true)
        else { return nil }
        let target = bare.layout(dnnl_query_dst_md, shape: output)
        let attributes = try Attributes()
        if ending.adds { try attributes.appendAddition(of: target) }
        if ending.rectifies { try attributes.appendReLU() }
        let whole = try primitive(
            .forward, algorithm, library, hint: nil, keepsWeight: true, attributes: attributes)
        guard let whole, !whole.implementation.hasPrefix("ref"),
            whole.layout(dnnl_query_src_md, shape: input)
                === bare.layout(dnnl_query_src_md, shape: input),
            whole.layout(dnnl_query_dst_md, shape: output) === target
        else { return FinishingKernel(primitive: bare, takesEnding: false) }
        return FinishingKernel(primitive: whole, takesEnding: true)
    }
}

extension Convolution {
    /// The convolution of an input with the weight's rows times `factors`, plus `shifts` in every
    /// channel; then the sum with `other`, and a rectifier, on request.
    ///
    /// A normalisation by given statistics is such factors and shifts. The convolution must have been
    /// prepared with a bias, whose place the shifts take.
    /// Shape: `factors` and `shifts` `[K]`, `other` as the output.
    /// Errors: throws `ShapeError` where `other` has another shape.
    package func forward(
        _ input: Tensor, weight: Tensor, copies: KernelCopies?, factors: Tensor, shifts: Tensor,
        adding other: Tensor?, thenReLU: Bool
    ) throws -> Tensor {
        if let other, other.shape != problem.output {
            throw ShapeError(
                "batch norm: input \(problem.output) and residual \(other.shape) differ in shape")
        }
        let ending = ConvolutionEnding(adds: other != nil, rectifies: thenReLU)
        let kernel = try finishingKernel(ending, on: input.device)
        let primitive = kernel.primitive
        let source = try input.laidOut(
            as: primitive.layout(dnnl_query_src_md, shape: problem.input))
        let weights = try scaledWeight(weight, by: factors, copies, for: primitive)
        let output = input.device.empty(
            problem.output, layout: primitive.layout(dnnl_query_dst_md, shape: problem.output))
        var arguments = [
            (DNNL_ARG_SRC, source), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_DST, output),
            (DNNL_ARG_BIAS, shifts),
        ]
        guard kernel.takesEnding else {
            try primitive.run(arguments)
            // Not in place: the library's sum is wrong there where channels do not fill its blocks.
            if let other { return try output.adding(other, thenReLU: thenReLU) }
            if thenReLU { try output.rectify() }
            return output
        }
        if let other {
            arguments.append((Attributes.addedArgument, try other.laidOut(as: output.layout)))
        }
        try primitive.run(arguments)
        return output
    }

    /// The kernel for an ending, prepared on its first use.
    private func finishingKernel(_ ending: ConvolutionEnding, on device: Device) throws
        -> FinishingKernel
    {
        if let kernel = finishing[ending] { return kernel }
        let operation = problem.description(.forward) + ending.description
        for algorithm in try algorithms(.forward, on: device, hint: nil) {
            guard let kernel = try problem.finishingKernel(algorithm, ending, device.kernels)
            else { continue }
            device.algorithms.note(
                .init(
                    operation: operation, algorithm: algorithm,
                    implementation: kernel.primitive.implementation))
            finishing[ending] = kernel
            return kernel
        }
        throw KernelError(function: "convolution", status: "no kernel for \(operation)")
    }

    private func scaledWeight(
        _ weight: Tensor, by factors: Tensor, _ copies: KernelCopies?, for primitive: Primitive
    ) throws -> Tensor {
        let layout = primitive.layout(dnnl_query_weights_md, shape: problem.weight)
        let shaped = problem.weight.count == 5 ? try weight.reshaped(problem.weight) : weight
        return try copies?.copy(of: shaped, times: factors, as: layout)
            ?? shaped.timesRows(factors).laidOut(as: layout)
    }
}
