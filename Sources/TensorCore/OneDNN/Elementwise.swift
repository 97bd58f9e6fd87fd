internal import COneDNN

/// The rectifier over tensors of one layout.
private final class ReLUKernel {
    let forward: Primitive
    let backward: Primitive

    init(_ library: KernelLibrary, _ layout: Layout) throws {
        var data = layout.descriptor
        var operation = dnnl_eltwise_desc_t()
        // An ELU that falls to 0 is a rectifier, and unlike the library's keeps NaN.
        try unsafe check(
            dnnl_eltwise_forward_desc_init(
                &operation, dnnl_forward_training, dnnl_eltwise_elu, &data, 0, 0),
            "dnnl_eltwise_forward_desc_init")
        forward = try unsafe Primitive.make(library, &operation)
        // The backward pass looks at the output, so that the input need not be kept.
        try unsafe check(
            dnnl_eltwise_backward_desc_init(
                &operation, dnnl_eltwise_relu_use_dst_for_bwd, &data, &data, 0, 0),
            "dnnl_eltwise_backward_desc_init")
        backward = try unsafe Primitive.make(library, &operation, hint: forward)
    }
}

extension Tensor {
    private var reluKernel: ReLUKernel {
        get throws {
            let library = device.kernels
            return try library.kernel(KernelKey("relu", [], [layout])) {
                try ReLUKernel(library, layout)
            }
        }
    }

    /// The values, negative ones replaced by 0.
    package func rectified() throws -> Tensor {
        let output = device.empty(shape, layout: layout)
        try reluKernel.forward.run([(DNNL_ARG_SRC, self), (DNNL_ARG_DST, output)])
        return output
    }

    /// Replaces negative values by 0 in place.
    func rectify() throws {
        try reluKernel.forward.run([(DNNL_ARG_SRC, self), (DNNL_ARG_DST, self)])
    }

    /// The gradient of a rectifier's input, given its output (this tensor) and the output's gradient.
    package func rectifiedGradient(_ gradient: Tensor) throws -> Tensor {
        let result = device.empty(shape, layout: layout)
        try reluKernel.backward.run([
            (DNNL_ARG_DST, self), (DNNL_ARG_DIFF_DST, try gradient.laidOut(as: layout)),
            (DNNL_ARG_DIFF_SRC, result),
        ])
        return result
    }

    /// The sum of two tensors of one shape, rectified on request.
    ///
    /// Errors: throws `ShapeError` where the shapes differ.
    package func adding(_ other: Tensor, thenReLU: Bool = false) throws -> Tensor {
        try combined(with: other, "add", dnnl_binary_add, thenReLU: thenReLU)
    }

    /// The product of two tensors of one shape, element by element.
    ///
    /// Errors: throws `ShapeError` where the shapes differ.
    package func multiplied(by other: Tensor) throws -> Tensor {
        try combined(with: other, "mul", dnnl_binary_mul, thenReLU: false)
    }

    private func combined(
        with other: Tensor, _ name: String, _ algorithm: dnnl_alg_kind_t, thenReLU: Bool
    ) throws -> Tensor {
        guard shape == other.shape else {
            throw ShapeError("\(name): \(shape) and \(other.shape) differ in shape")
        }
        let output = device.empty(shape, layout: layout)
        let other = try other.laidOut(as: layout)
        let library = device.kernels
        let primitive = try library.kernel(KernelKey(name, [thenReLU ? 1 : 0], [layout])) {
            let attributes = try Attributes()
            if thenReLU { try attributes.appendReLU() }
            var data = layout.descriptor
            var operation = dnnl_binary_desc_t()
            try unsafe check(
                dnnl_binary_desc_init(&operation, algorithm, &data, &data, &data),
                "dnnl_binary_desc_init")
            return try unsafe Primitive.make(library, &operation, attributes: attributes)
        }
        try primitive.run([
            (DNNL_ARG_SRC_0, self), (DNNL_ARG_SRC_1, other), (DNNL_ARG_DST, output),
        ])
        return output
    }
}
