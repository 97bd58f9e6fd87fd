internal import COneDNN

/// Shapes, geometry and element type of a convolution: what its kernels are prepared for.
struct ConvolutionProblem {
    let input: [Int]
    /// With groups, five dimensions: groups first.
    let weight: [Int]
    let output: [Int]
    let window: Window
    let hasBias: Bool
    let elementType: ElementType

    /// The pass and shapes in words, as checkpoints and reports name them.
    func description(_ pass: ConvolutionPass) -> String {
        func shape(_ numbers: [Int]) -> String {
            numbers.map(String.init).joined(separator: "x")
        }
        func text(_ height: Int, _ width: Int) -> String { shape([height, width]) }
        let (stride, padding, dilation) = (window.stride, window.padding, window.dilation)
        return [
            pass.rawValue, shape(input), shape(weight), "s" + text(stride.height, stride.width),
            "p" + text(padding.height, padding.width),
            "d" + text(dilation.height, dilation.width), elementType.rawValue,
        ].joined(separator: " ")
    }

    /// The algorithm that a fixed rule over shapes gives; where it is not implemented, direct serves.
    ///
    /// Winograd's algorithm takes about half the direct kernel's time where there are enough channels to
    /// spread its transforms over, outputs of at least one 4×4 tile, and enough positions to pay for
    /// transforming the weight; elsewhere it loses, on 2×2 outputs by a factor of three. Against direct
    /// bfloat16 kernels it wins, conversions included, only with many channels, and never where the
    /// processor has matrix tiles. There the library's backward kernels lose: to its own forward ones
    /// by a third, to our products for the weight's gradient by a factor of two on the average. Products
    /// over whole images win wherever they need not multiply the weight much.
    func algorithmByRule(_ pass: ConvolutionPass, _ library: KernelLibrary) -> ConvolutionAlgorithm
    {
        if isWholeImage && spreadsLittle { return .wholeImage }
        if elementType == .bfloat16 && library.hasMatrixTiles {
            return switch pass {
            case .forward: .direct
            case .backwardData: .transposed
            case .backwardWeights: .matrixTiles
            }
        }
        let channels = min(weight[0], weight[1])
        let enough =
            switch (elementType, pass) {
            case (.float32, _): 64
            case (.bfloat16, .backwardWeights): 256
            case (.bfloat16, _): 512
            }
        let positions = output[0] * output[2] * output[3]
        let isWorthwhile =
            isDense3x3 && channels >= enough && min(output[2], output[3]) >= 4 && positions >= 512
        return isWorthwhile ? .winograd : .direct
    }

    private var isDense3x3: Bool {
        window.kernel == (3, 3) && window.stride == (1, 1) && window.dilation == (1, 1)
            && weight.count == 4
    }

    /// Whether every output sees every input, in whole blocks of channels.
    private var isWholeImage: Bool {
        func seesAll(_ input: Int, _ output: Int, _ kernel: Int, _ stride: Int, _ padding: Int)
            -> Bool
        {
            input + padding <= kernel && (output - 1) * stride <= padding
        }
        let (kernel, stride, padding) = (window.kernel, window.stride, window.padding)
        return elementType == .float32 && weight.count == 4 && !hasBias
            && window.dilation == (1, 1)
            && (input[1] % ChannelBlocks.width, output[1] % ChannelBlocks.width) == (0, 0)
            && seesAll(input[2], output[2], kernel.height, stride.height, padding.height)
            && seesAll(input[3], output[3], kernel.width, stride.width, padding.width)
    }

    /// Whether the matrix between whole images is at most twice as large as the weight.
    private var spreadsLittle: Bool {
        let places = window.kernel.height * window.kernel.width
        let pairs = input[2] * input[3] * output[2] * output[3]
        return places > 1 && pairs <= 2 * places
    }

    /// Whether an algorithm can be thought of for this pass over these shapes at all.
    func allows(
        _ algorithm: ConvolutionAlgorithm, _ pass: ConvolutionPass, _ library: KernelLibrary
    ) -> Bool {
        switch algorithm {
        case .direct, .im2col: true
        case .winograd: isDense3x3
        case .wholeImage: isWholeImage
        case .transposed:
            pass == .backwardData && window.kernel == (1, 1) && window.padding == (0, 0)
                && weight.count == 4
        case .matrixTiles:
            pass == .backwardWeights && elementType == .bfloat16 && library.hasMatrixTiles
                && weight.count == 4 && !hasBias
        }
    }

    /// The kernel of a pass; nil where the library has none for that algorithm.
    ///
    /// `keepsWeight` promises that many passes see the same weight: work on it moves into its layout.
    func primitive(
        _ pass: ConvolutionPass, _ algorithm: ConvolutionAlgorithm, _ library: KernelLibrary,
        hint: Primitive?, keepsWeight: Bool = false, attributes: Attributes? = nil
    ) throws -> Primitive? {
        if algorithm == .wholeImage { return nil }
        // For inference, Winograd's kernel takes the weight transformed; direct ones would take images
        // in a layout that Winograd's does not take, and be no faster.
        let kind =
            keepsWeight && algorithm == .winograd ? dnnl_forward_inference : dnnl_forward_training
        var operation = try operation(pass, algorithm, forwardKind: kind)
        let name = algorithm == .im2col ? "gemm" : nil
        return try unsafe Primitive.ifImplemented(
            library, &operation, attributes: attributes, hint: hint, named: name)
    }

    private func operation(
        _ pass: ConvolutionPass, _ algorithm: ConvolutionAlgorithm, forwardKind: dnnl_prop_kind_t
    ) throws -> dnnl_convolution_desc_t {
        let isWinograd = algorithm == .winograd
        let kind = isWinograd ? dnnl_convolution_winograd : dnnl_convolution_direct
        // Winograd's kernels are single precision; operands are converted on their way.
        let type = isWinograd ? .float32 : elementType
        var input = try Layout.any(input, type)
        // Gradients of weights are gathered in single precision, whatever flows between layers.
        var weight = try Layout.any(weight, pass == .backwardWeights ? .float32 : type)
        var bias = try Layout.any([output[1]], .float32)
        var output = try Layout.any(output, type)
        func list(_ pair: (Int, Int)) -> [Int64] { [Int64(pair.0), Int64(pair.1)] }
        let strides = list(window.stride)
        // The library counts the gaps, not the steps.
        let dilations = list((window.dilation.height - 1, window.dilation.width - 1))
        let near = list(window.padding)
        let far = list(
            window.farPadding(
                input: (self.input[2], self.input[3]), output: (self.output[2], self.output[3])))
        var operation = dnnl_convolution_desc_t()
        switch pass {
        case .forward:
            func describe(_ bias: UnsafePointer<dnnl_memory_desc_t>?) -> dnnl_status_t {
                unsafe dnnl_dilated_convolution_forward_desc_init(
                    &operation, forwardKind, kind, &input, &weight, bias, &output,
                    strides, dilations, near, far)
            }
            unsafe try check(
                hasBias ? describe(&bias) : describe(nil),
                "dnnl_dilated_convolution_forward_desc_init")
        case .backwardData:
            try unsafe check(
                dnnl_dilated_convolution_backward_data_desc_init(
                    &operation, kind, &input, &weight, &output, strides, dilations, near, far),
                "dnnl_dilated_convolution_backward_data_desc_init")
        case .backwardWeights:
            func describe(_ bias: UnsafePointer<dnnl_memory_desc_t>?) -> dnnl_status_t {
                unsafe dnnl_dilated_convolution_backward_weights_desc_init(
                    &operation, kind, &input, &weight, bias, &output, strides, dilations, near,
                    far)
            }
            unsafe try check(
                hasBias ? describe(&bias) : describe(nil),
                "dnnl_dilated_convolution_backward_weights_desc_init")
        }
        return operation
    }
}
