internal import COneDNN

/// Tensors one behind the other along a dimension.
///
/// Where all parts lie in one of the kernels' image layouts, so does the whole.
/// Source: `torch.cat`.
package struct Concatenation {
    private let dimension: Int
    private let shape: [Int]
    private let layout: Layout
    /// Each part's shape, own layout, and layout as a region of the whole.
    private let parts: [(shape: [Int], layout: Layout, region: Layout)]

    /// The concatenation of tensors like these.
    ///
    /// Errors: traps without parts, or where they differ in another dimension.
    package init(of tensors: [Tensor], along dimension: Int) throws {
        require(!tensors.isEmpty, "a concatenation of nothing")
        let library = tensors[0].device.kernels
        var shape = tensors[0].shape
        shape[dimension] = tensors.reduce(0) { $0 + $1.shape[dimension] }
        self.dimension = dimension
        self.shape = shape
        let shapes = tensors.map(\.shape)
        var layout = library.imageLayout(sharedBy: tensors, for: shape)
        var regions = try layout.flatMap {
            try Self.regions(library, of: shapes, in: $0, along: dimension)
        }
        if regions == nil {
            // Parts that do not fill the layout's blocks, for example.
            let plain = library.plainLayout(shape)
            layout = plain
            regions = try Self.regions(library, of: shapes, in: plain, along: dimension)
        }
        guard let layout, let regions else {
            throw KernelError(
                function: "dnnl_memory_desc_init_submemory", status: "no regions \(shapes)")
        }
        self.layout = layout
        parts = tensors.indices.map { (shapes[$0], tensors[$0].layout, regions[$0]) }
    }

    /// The layouts of adjacent regions, or nil where a region would cut a block of the layout.
    private static func regions(
        _ library: KernelLibrary, of shapes: [[Int]], in layout: Layout, along dimension: Int
    ) throws -> [Layout]? {
        var whole = layout.descriptor
        var regions: [Layout] = []
        var start = [Int64](repeating: 0, count: shapes[0].count)
        for shape in shapes {
            var region = dnnl_memory_desc_t()
            let status = unsafe dnnl_memory_desc_init_submemory(
                &region, &whole, shape.map(Int64.init), start)
            if status == dnnl_unimplemented || status == dnnl_invalid_arguments { return nil }
            try check(status, "dnnl_memory_desc_init_submemory")
            regions.append(library.layout(region, shape: shape))
            start[dimension] += Int64(shape[dimension])
        }
        return regions
    }

    /// The whole of those parts.
    package func forward(_ tensors: [Tensor]) throws -> Tensor {
        let whole = tensors[0].device.empty(shape, layout: layout)
        for (tensor, part) in zip(tensors, parts) {
            try region(part, of: whole).assign(tensor, adding: false)
        }
        return whole
    }

    /// The gradients of the parts whose places in the list are true, given that of the whole.
    package func backward(_ gradient: Tensor, needed: [Bool]) throws -> [Tensor?] {
        let whole = try gradient.laidOut(as: layout)
        return try zip(parts, needed).map { part, isNeeded in
            guard isNeeded else { return nil }
            let result = gradient.device.empty(part.shape, layout: part.layout)
            try result.assign(region(part, of: whole), adding: false)
            return result
        }
    }

    private func region(
        _ part: (shape: [Int], layout: Layout, region: Layout), of whole: Tensor
    ) -> Tensor {
        Tensor(
            shape: part.shape, storage: whole.storage, offset: whole.offset, layout: part.region)
    }
}

extension KernelLibrary {
    /// The layout for a shape in that family of image layouts to which all tensors keep, if there is one.
    fileprivate func imageLayout(sharedBy tensors: [Tensor], for shape: [Int]) -> Layout? {
        guard shape.count == 4 else { return nil }
        for tag in [dnnl_nChw16c, dnnl_nChw8c, dnnl_nhwc] {
            let isShared = tensors.allSatisfy {
                layout(tag, $0.layout.descriptor.data_type, $0.shape) === $0.layout
            }
            if isShared { return layout(tag, tensors[0].layout.descriptor.data_type, shape) }
        }
        return nil
    }

    private func layout(_ tag: dnnl_format_tag_t, _ type: dnnl_data_type_t, _ shape: [Int])
        -> Layout?
    {
        var descriptor = dnnl_memory_desc_t()
        let status = unsafe dnnl_memory_desc_init_by_tag(
            &descriptor, Int32(shape.count), shape.map(Int64.init), type, tag)
        return status == dnnl_success ? layout(descriptor, shape: shape) : nil
    }
}
