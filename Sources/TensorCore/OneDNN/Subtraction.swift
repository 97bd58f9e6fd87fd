internal import COneDNN

extension Tensor {
    /// The difference of two tensors of one shape.
    ///
    /// Errors: throws `ShapeError` where the shapes differ.
    package func subtracting(_ other: Tensor) throws -> Tensor {
        guard shape == other.shape else {
            throw ShapeError("sub: \(shape) and \(other.shape) differ in shape")
        }
        let other = try other.laidOut(as: layout)
        let library = device.kernels
        let primitive = try library.kernel(KernelKey("sub", [], [layout])) {
            var data = layout.descriptor
            var operation = dnnl_binary_desc_t()
            try unsafe check(
                dnnl_binary_desc_init(&operation, dnnl_binary_sub, &data, &data, &data),
                "dnnl_binary_desc_init")
            return try unsafe Primitive.make(library, &operation)
        }
        let output = device.empty(shape, layout: layout)
        try primitive.run([
            (DNNL_ARG_SRC_0, self), (DNNL_ARG_SRC_1, other), (DNNL_ARG_DST, output),
        ])
        return output
    }
}
