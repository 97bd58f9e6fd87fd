internal import COneDNN

/// The geometry of a two-dimensional convolution or pooling window.
public struct Window: Sendable, Hashable {
    /// Height and width of the kernel.
    public var kernel: (height: Int, width: Int)
    /// Steps between windows.
    public var stride: (height: Int, width: Int)
    /// Zeros added on both sides.
    public var padding: (height: Int, width: Int)
    /// Distance between the kernel's elements; 1 is a dense kernel.
    public var dilation: (height: Int, width: Int)

    /// A window; everything but the kernel has PyTorch's default.
    public init(
        kernel: (Int, Int), stride: (Int, Int) = (1, 1), padding: (Int, Int) = (0, 0),
        dilation: (Int, Int) = (1, 1)
    ) {
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
    }

    var numbers: [Int] {
        [
            kernel.height, kernel.width, stride.height, stride.width, padding.height, padding.width,
            dilation.height, dilation.width,
        ]
    }

    /// Compares all numbers.
    public static func == (a: Window, b: Window) -> Bool { a.numbers == b.numbers }

    /// Hashes all numbers.
    public func hash(into hasher: inout Hasher) { hasher.combine(numbers) }

    /// The size of the output over an input of that size, or nil where no window fits.
    ///
    /// `roundsUp` is PyTorch's `ceil_mode`: a last window may hang over, unless it would begin in the
    /// padding.
    func output(height: Int, width: Int, roundsUp: Bool = false) -> (height: Int, width: Int)? {
        func size(_ input: Int, _ k: Int, _ s: Int, _ p: Int, _ d: Int) -> Int? {
            let room = input + 2 * p - d * (k - 1) - 1
            guard room >= 0 else { return nil }
            var count = (roundsUp ? (room + s - 1) / s : room / s) + 1
            if roundsUp && (count - 1) * s >= input + p { count -= 1 }
            return count
        }
        guard
            let h = size(height, kernel.height, stride.height, padding.height, dilation.height),
            let w = size(width, kernel.width, stride.width, padding.width, dilation.width)
        else { return nil }
        return (h, w)
    }

    /// Zeros needed on the far side for an output of that size; negative where input is left over.
    func farPadding(input: (Int, Int), output: (height: Int, width: Int)) -> (Int, Int) {
        (
            (output.height - 1) * stride.height + dilation.height * (kernel.height - 1) + 1
                - input.0 - padding.height,
            (output.width - 1) * stride.width + dilation.width * (kernel.width - 1) + 1
                - input.1 - padding.width
        )
    }
}

/// A pair as messages show it, without the labels.
func text(_ pair: (height: Int, width: Int)) -> String { "(\(pair.height), \(pair.width))" }

/// A two-dimensional convolution of one shape: forward, and the gradients of its operands.
///
/// Shape: input `[N, C, H, W]`, weight `[K, C / groups, R, S]`, bias `[K]`, output `[N, K, H', W']`.
/// Source: `torch.nn.functional.conv2d`.
package final class Convolution {
    private unowned let library: KernelLibrary
    private let inputShape: [Int]
    private let weightShape: [Int]
    private let kernelWeightShape: [Int]
    private let outputShape: [Int]
    private let window: Window
    private let farPadding: (Int, Int)
    private let hasBias: Bool
    private let prefersWinograd: Bool
    private let forward: Primitive
    private var backwardData: Primitive?
    private var backwardWeights: Primitive?

    private init(
        _ library: KernelLibrary, input: [Int], weight: [Int], window: Window, groups: Int,
        hasBias: Bool, output: (height: Int, width: Int)
    ) throws {
        self.library = library
        self.window = window
        self.hasBias = hasBias
        inputShape = input
        weightShape = weight
        kernelWeightShape =
            groups == 1 ? weight : [groups, weight[0] / groups] + weight.dropFirst()
        outputShape = [input[0], weight[0], output.height, output.width]
        farPadding = window.farPadding(input: (input[2], input[3]), output: output)
        let shapes = (input, kernelWeightShape, outputShape)
        let geometry = Geometry(window, farPadding)
        prefersWinograd =
            groups == 1 && Self.winogradIsFaster(weight: weight, window, output: outputShape)
        forward = unsafe try Self.prepare(
            library, shapes, hasBias: hasBias, prefersWinograd: prefersWinograd
        ) { operation, algorithm, input, weight, bias, output in
            unsafe dnnl_dilated_convolution_forward_desc_init(
                operation, dnnl_forward_training, algorithm, input, weight, bias, output,
                geometry.strides, geometry.dilations, geometry.near, geometry.far)
        }
    }

    /// Winograd's algorithm takes about half the direct kernel's time where there are enough channels to
    /// spread its transforms over, outputs of at least one 4×4 tile, and enough positions to pay for
    /// transforming the weight; elsewhere it loses, on 2×2 outputs by a factor of three.
    private static func winogradIsFaster(weight: [Int], _ window: Window, output: [Int]) -> Bool {
        let isDense3x3 =
            window.kernel == (3, 3) && window.stride == (1, 1) && window.dilation == (1, 1)
        let positions = output[0] * output[2] * output[3]
        return isDense3x3 && min(weight[0], weight[1]) >= 64 && min(output[2], output[3]) >= 4
            && positions >= 512
    }

    private struct Geometry {
        let strides, dilations, near, far: [Int64]

        init(_ window: Window, _ farPadding: (Int, Int)) {
            func list(_ pair: (Int, Int)) -> [Int64] { [Int64(pair.0), Int64(pair.1)] }
            strides = list(window.stride)
            // The library counts the gaps, not the steps.
            dilations = list((window.dilation.height - 1, window.dilation.width - 1))
            near = list(window.padding)
            far = list(farPadding)
        }
    }

    private typealias Describe = (
        UnsafeMutablePointer<dnnl_convolution_desc_t>, dnnl_alg_kind_t,
        UnsafePointer<dnnl_memory_desc_t>, UnsafePointer<dnnl_memory_desc_t>,
        UnsafePointer<dnnl_memory_desc_t>?, UnsafePointer<dnnl_memory_desc_t>
    ) -> dnnl_status_t

    private static func prepare(
        _ library: KernelLibrary, _ shapes: (input: [Int], weight: [Int], output: [Int]),
        hasBias: Bool, prefersWinograd: Bool, hint: Primitive? = nil, describe: Describe
    ) throws -> Primitive {
        func described(_ algorithm: dnnl_alg_kind_t) throws -> dnnl_convolution_desc_t {
            var operation = dnnl_convolution_desc_t()
            var input = try Layout.any(shapes.input)
            var weight = try Layout.any(shapes.weight)
            var bias = try Layout.any([shapes.output[1]])
            var output = try Layout.any(shapes.output)
            let status =
                hasBias
                ? unsafe describe(&operation, algorithm, &input, &weight, &bias, &output)
                : unsafe describe(&operation, algorithm, &input, &weight, nil, &output)
            try check(status, "dnnl_dilated_convolution_desc_init")
            return operation
        }
        if prefersWinograd {
            var operation = try described(dnnl_convolution_winograd)
            let primitive = try unsafe Primitive.ifImplemented(library, &operation, hint: hint)
            if let primitive { return primitive }
        }
        var operation = try described(dnnl_convolution_direct)
        return try unsafe Primitive.make(library, &operation, hint: hint)
    }

    /// The prepared convolution for these operands.
    ///
    /// Errors: throws `ShapeError` where the operands do not fit, an input smaller than the kernel
    /// included.
    package static func prepared(
        input: Tensor, weight: Tensor, window: Window, groups: Int, hasBias: Bool
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
        let library = input.device.kernels
        let key = KernelKey(
            "convolution",
            input.shape + weight.shape + window.numbers + [groups, hasBias ? 1 : 0])
        return try library.kernel(key) {
            try Convolution(
                library, input: input.shape, weight: weight.shape, window: window, groups: groups,
                hasBias: hasBias, output: output)
        }
    }

    /// The convolution of an input.
    package func forward(
        _ input: Tensor, weight: Tensor, copies: KernelCopies?, bias: Tensor?
    ) throws -> Tensor {
        let source = try input.laidOut(as: forward.layout(dnnl_query_src_md, shape: inputShape))
        let weights = try kernelWeight(weight, copies, for: forward)
        let output = input.device.empty(
            outputShape, layout: forward.layout(dnnl_query_dst_md, shape: outputShape))
        var arguments = [
            (DNNL_ARG_SRC, source), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_DST, output),
        ]
        if let bias { arguments.append((DNNL_ARG_BIAS, try bias.plain())) }
        try forward.run(arguments)
        return output
    }

    /// The gradient of the input, given that of the output.
    package func inputGradient(_ gradient: Tensor, weight: Tensor, copies: KernelCopies?) throws
        -> Tensor
    {
        let primitive = try backwardData ?? prepareBackwardData()
        backwardData = primitive
        let source = try gradient.laidOut(
            as: primitive.layout(dnnl_query_diff_dst_md, shape: outputShape))
        let weights = try kernelWeight(weight, copies, for: primitive)
        let result = gradient.device.empty(
            inputShape, layout: primitive.layout(dnnl_query_diff_src_md, shape: inputShape))
        try primitive.run([
            (DNNL_ARG_DIFF_DST, source), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_DIFF_SRC, result),
        ])
        return result
    }

    /// The gradients of the weight and of the bias, if there is one.
    package func weightGradient(_ gradient: Tensor, input: Tensor) throws -> (
        weight: Tensor, bias: Tensor?
    ) {
        let primitive = try backwardWeights ?? prepareBackwardWeights()
        backwardWeights = primitive
        let source = try input.laidOut(as: primitive.layout(dnnl_query_src_md, shape: inputShape))
        let outer = try gradient.laidOut(
            as: primitive.layout(dnnl_query_diff_dst_md, shape: outputShape))
        let result = gradient.device.empty(
            kernelWeightShape,
            layout: primitive.layout(dnnl_query_diff_weights_md, shape: kernelWeightShape))
        let bias = hasBias ? gradient.device.empty([outputShape[1]]) : nil
        var arguments = [
            (DNNL_ARG_SRC, source), (DNNL_ARG_DIFF_DST, outer), (DNNL_ARG_DIFF_WEIGHTS, result),
        ]
        if let bias { arguments.append((DNNL_ARG_DIFF_BIAS, bias)) }
        try primitive.run(arguments)
        let isGrouped = kernelWeightShape.count == 5
        return (isGrouped ? try result.reshaped(weightShape) : result, bias)
    }

    private func kernelWeight(_ weight: Tensor, _ copies: KernelCopies?, for primitive: Primitive)
        throws -> Tensor
    {
        let layout = primitive.layout(dnnl_query_weights_md, shape: kernelWeightShape)
        let shaped = kernelWeightShape.count == 5 ? try weight.reshaped(kernelWeightShape) : weight
        return try copies?.copy(of: shaped, as: layout) ?? shaped.laidOut(as: layout)
    }

    private func prepareBackwardData() throws -> Primitive {
        let geometry = Geometry(window, farPadding)
        return unsafe try Self.prepare(
            library, (inputShape, kernelWeightShape, outputShape), hasBias: false,
            prefersWinograd: prefersWinograd, hint: forward
        ) { operation, algorithm, input, weight, _, output in
            unsafe dnnl_dilated_convolution_backward_data_desc_init(
                operation, algorithm, input, weight, output, geometry.strides,
                geometry.dilations, geometry.near, geometry.far)
        }
    }

    private func prepareBackwardWeights() throws -> Primitive {
        let geometry = Geometry(window, farPadding)
        return unsafe try Self.prepare(
            library, (inputShape, kernelWeightShape, outputShape), hasBias: hasBias,
            prefersWinograd: prefersWinograd, hint: forward
        ) { operation, algorithm, input, weight, bias, output in
            unsafe dnnl_dilated_convolution_backward_weights_desc_init(
                operation, algorithm, input, weight, bias, output, geometry.strides,
                geometry.dilations, geometry.near, geometry.far)
        }
    }
}
