internal import COneDNN

extension ConvolutionProblem {
    /// The fastest implemented algorithm of a pass, by trying them out.
    func fastestAlgorithm(_ pass: ConvolutionPass, on device: Device, hint: Primitive?) throws
        -> ConvolutionAlgorithm
    {
        var best: (algorithm: ConvolutionAlgorithm, time: Duration)?
        for algorithm in ConvolutionAlgorithm.allCases where allows(algorithm) {
            guard let primitive = try primitive(pass, algorithm, device.kernels, hint: hint) else {
                continue
            }
            let time = try time(pass, primitive, on: device)
            if best.map({ time < $0.time }) ?? true { best = (algorithm, time) }
        }
        return best?.algorithm ?? .direct
    }

    /// The shortest of a few runs on zeros, after one that warms up.
    private func time(_ pass: ConvolutionPass, _ primitive: Primitive, on device: Device) throws
        -> Duration
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
        try primitive.run(arguments)
        let clock = ContinuousClock()
        return try (0..<3).map { _ in try clock.measure { try primitive.run(arguments) } }.min()
            ?? .zero
    }
}
