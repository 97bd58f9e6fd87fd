internal import COneDNN

/// The softmax along one dimension of one shape and layout.
///
/// Source: `torch.nn.functional.softmax`.
package final class SoftmaxKernel {
    private let forward: Primitive
    private let backward: Primitive
    private let layout: Layout

    private init?(_ library: KernelLibrary, _ layout: Layout, dimension: Int) throws {
        self.layout = layout
        var data = layout.descriptor
        var operation = dnnl_softmax_v2_desc_t()
        try unsafe check(
            dnnl_softmax_v2_forward_desc_init(
                &operation, dnnl_forward_training, dnnl_softmax_accurate, &data, &data,
                Int32(dimension)),
            "dnnl_softmax_v2_forward_desc_init")
        let forward = try unsafe Primitive.ifImplemented(library, &operation)
        guard let forward else { return nil }
        self.forward = forward
        try unsafe check(
            dnnl_softmax_v2_backward_desc_init(
                &operation, dnnl_softmax_accurate, &data, &data, &data, Int32(dimension)),
            "dnnl_softmax_v2_backward_desc_init")
        let backward = try unsafe Primitive.ifImplemented(library, &operation, hint: forward)
        guard let backward else { return nil }
        self.backward = backward
    }

    /// The prepared softmax for an input, in the input's layout where the library has that.
    package static func prepared(_ input: Tensor, dimension: Int) throws -> SoftmaxKernel {
        let library = input.device.kernels
        let key = KernelKey("softmax", [dimension], [input.layout])
        return try library.kernel(key) {
            for layout in [input.layout, library.plainLayout(input.shape)] {
                let kernel = try SoftmaxKernel(library, layout, dimension: dimension)
                if let kernel { return kernel }
            }
            throw KernelError(
                function: "dnnl_softmax_v2_desc_init", status: "no kernel for \(input.shape)")
        }
    }

    /// The softmax of every line along the dimension.
    package func forward(_ input: Tensor) throws -> Tensor {
        let output = input.device.empty(input.shape, layout: layout)
        try forward.run([
            (DNNL_ARG_SRC, try input.laidOut(as: layout)), (DNNL_ARG_DST, output),
        ])
        return output
    }

    /// The gradient of the input, given the output and the output's gradient.
    package func backward(_ gradient: Tensor, output: Tensor) throws -> Tensor {
        let result = gradient.device.empty(output.shape, layout: layout)
        try backward.run([
            (DNNL_ARG_DST, output), (DNNL_ARG_DIFF_DST, try gradient.laidOut(as: layout)),
            (DNNL_ARG_DIFF_SRC, result),
        ])
        return result
    }
}
