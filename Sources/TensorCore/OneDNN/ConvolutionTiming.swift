internal import COneDNN

extension ConvolutionProblem {
    /// The fastest implemented algorithm of a pass, by trying them out.
    func fastestAlgorithm(_ pass: ConvolutionPass, on device: Device, hint: Primitive?) throws
        -> ConvolutionAlgorithm
    {
        var best: (algorithm: ConvolutionAlgorithm, time: Duration)?
        for algorithm in ConvolutionAlgorithm.allCases where allows(algorithm) {
            guard let run = try trial(pass, algorithm, on: device, hint: hint) else { continue }
            let time = try time(run)
            if best.map({ time < $0.time }) ?? true { best = (algorithm, time) }
        }
        return best?.algorithm ?? .direct
    }

    /// The shortest of a few runs, after one that warms up.
    private func time(_ run: () throws -> Void) throws -> Duration {
        try run()
        let clock = ContinuousClock()
        return try (0..<3).map { _ in try clock.measure(run) }.min() ?? .zero
    }

    /// What runs an algorithm on zeros; nil where there is no kernel for it.
    private func trial(
        _ pass: ConvolutionPass, _ algorithm: ConvolutionAlgorithm, on device: Device,
        hint: Primitive?
    ) throws -> (() throws -> Void)? {
        if algorithm == .wholeImage { return try wholeImageTrial(pass, on: device) }
        return try primitive(pass, algorithm, device.kernels, hint: hint).map {
            try trial(pass, $0, on: device)
        }
    }

    private func wholeImageTrial(_ pass: ConvolutionPass, on device: Device) throws
        -> () throws -> Void
    {
        let kernel = try WholeImageConvolution(self, device.kernels)
        let (input, output) = (try device.zeros(input), try device.zeros(output))
        let (weight, copies) = (try device.zeros(weight), KernelCopies())
        return {
            switch pass {
            case .forward: _ = try kernel.forward(input, weight: weight, copies: copies)
            case .backwardData:
                _ = try kernel.inputGradient(output, weight: weight, copies: copies)
            case .backwardWeights: _ = try kernel.weightGradient(output, input: input)
            }
        }
    }

    private func trial(_ pass: ConvolutionPass, _ primitive: Primitive, on device: Device) throws
        -> () throws -> Void
    {
        func zeros(_ query: dnnl_query_t, _ shape: [Int]) -> Tensor {
            let tensor = device.empty(shape, layout: primitive.layout(query, shape: shape))
            tensor.clearMemory()
            return tensor
        }
        var arguments: [(Int32, Tensor)] =
            switch pass {
            case .forward:
                [
                    (DNNL_ARG_SRC, zeros(dnnl_query_src_md, input)),
                    (DNNL_ARG_WEIGHTS, zeros(dnnl_query_weights_md, weight)),
                    (DNNL_ARG_DST, zeros(dnnl_query_dst_md, output)),
                ]
            case .backwardData:
                [
                    (DNNL_ARG_DIFF_DST, zeros(dnnl_query_diff_dst_md, output)),
                    (DNNL_ARG_WEIGHTS, zeros(dnnl_query_weights_md, weight)),
                    (DNNL_ARG_DIFF_SRC, zeros(dnnl_query_diff_src_md, input)),
                ]
            case .backwardWeights:
                [
                    (DNNL_ARG_SRC, zeros(dnnl_query_src_md, input)),
                    (DNNL_ARG_DIFF_DST, zeros(dnnl_query_diff_dst_md, output)),
                    (DNNL_ARG_DIFF_WEIGHTS, zeros(dnnl_query_diff_weights_md, weight)),
                ]
            }
        if hasBias && pass != .backwardData {
            let argument = pass == .forward ? DNNL_ARG_BIAS : DNNL_ARG_DIFF_BIAS
            arguments.append((argument, try device.zeros([output[1]])))
        }
        return { [arguments] in try primitive.run(arguments) }
    }
}
