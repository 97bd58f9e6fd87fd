extension ConvolutionProblem {
    /// The fastest implemented algorithm of a pass, by trying them out.
    func fastestAlgorithm(_ pass: ConvolutionPass, on device: Device, hint: Primitive?) throws
        -> ConvolutionAlgorithm
    {
        var best: (algorithm: ConvolutionAlgorithm, time: Duration)?
        for algorithm in ConvolutionAlgorithm.allCases {
            guard let kernel = try kernel(pass, algorithm, device.kernels, hint: hint) else {
                continue
            }
            let time = try time(pass, kernel, on: device)
            if best.map({ time < $0.time }) ?? true { best = (algorithm, time) }
        }
        return best?.algorithm ?? .direct
    }

    /// The shortest of a few runs on zeros, after one that warms up.
    private func time(_ pass: ConvolutionPass, _ kernel: any ConvolutionKernel, on device: Device)
        throws -> Duration
    {
        func zeros(_ shape: [Int], _ layout: Layout) -> Tensor {
            let tensor = device.empty(shape, layout: layout)
            tensor.clearMemory()
            return tensor
        }
        let plain = zeros(weight, kernel.layouts.weight)
        let operands = (
            zeros(input, kernel.layouts.input),
            pass == .backwardWeights ? plain : try kernel.prepared(plain, nil),
            zeros(output, kernel.layouts.output)
        )
        let bias = hasBias && pass != .backwardData ? try device.zeros([output[1]]) : nil
        func run() throws {
            try kernel.run(
                input: operands.0, weight: operands.1, output: operands.2, bias: bias)
        }
        try run()
        let clock = ContinuousClock()
        return try (0..<3).map { _ in try clock.measure { try run() } }.min() ?? .zero
    }
}
