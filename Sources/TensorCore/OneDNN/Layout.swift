internal import COneDNN

/// How the values of a tensor lie in memory, as the kernel library describes it.
///
/// Layouts are made by `KernelLibrary`, which keeps one object for equal descriptions, so that `===`
/// compares them.
@safe
final class Layout {
    let descriptor: dnnl_memory_desc_t
    let byteCount: Int
    /// Row-major without gaps, in single precision.
    let isPlain: Bool

    /// Whether the values lie as they are, in single precision; what Winograd's kernels want of a
    /// weight, for example, are no longer its values.
    var isBlocked: Bool {
        descriptor.format_kind == dnnl_blocked && descriptor.data_type == dnnl_f32
    }

    /// How the numbers are stored.
    var elementType: ElementType { descriptor.data_type == dnnl_bf16 ? .bfloat16 : .float32 }

    init(_ descriptor: dnnl_memory_desc_t, isPlain: Bool) {
        self.descriptor = descriptor
        self.isPlain = isPlain
        byteCount = unsafe withUnsafePointer(to: descriptor) {
            unsafe dnnl_memory_desc_get_size($0)
        }
    }

    /// A description of a shape that leaves the choice of layout to the primitive.
    static func any(_ shape: [Int], _ type: ElementType = .float32) throws -> dnnl_memory_desc_t {
        var descriptor = dnnl_memory_desc_t()
        try unsafe check(
            dnnl_memory_desc_init_by_tag(
                &descriptor, Int32(shape.count), shape.map(Int64.init),
                type == .bfloat16 ? dnnl_bf16 : dnnl_f32, dnnl_format_tag_any),
            "dnnl_memory_desc_init_by_tag")
        return descriptor
    }

    /// A description of images in single precision whose channels lie in blocks of 16.
    static func inChannelBlocks(_ shape: [Int]) throws -> dnnl_memory_desc_t {
        var descriptor = dnnl_memory_desc_t()
        try unsafe check(
            dnnl_memory_desc_init_by_tag(
                &descriptor, Int32(shape.count), shape.map(Int64.init), dnnl_f32, dnnl_aBcd16b),
            "dnnl_memory_desc_init_by_tag")
        return descriptor
    }
}

extension KernelLibrary {
    /// The layout of images `[N, C, H, W]` whose channels lie last.
    func channelsLast(_ shape: [Int], _ type: ElementType) -> Layout {
        var descriptor = dnnl_memory_desc_t()
        let status = unsafe dnnl_memory_desc_init_by_tag(
            &descriptor, Int32(shape.count), shape.map(Int64.init),
            type == .bfloat16 ? dnnl_bf16 : dnnl_f32, dnnl_nhwc)
        require(status == dnnl_success, "the kernel library takes no images \(shape)")
        return layout(descriptor, shape: shape)
    }

    /// The same memory seen with the first two of its four axes swapped; nil for layouts that have no
    /// axes.
    func withSwappedAxes(_ layout: Layout, shape: [Int]) -> Layout? {
        var (old, new) = (layout.descriptor, dnnl_memory_desc_t())
        let status = unsafe dnnl_memory_desc_permute_axes(&new, &old, [1, 0, 2, 3])
        return status == dnnl_success ? self.layout(new, shape: shape) : nil
    }
}

/// Throws what a call of the kernel library answered, unless it succeeded.
func check(_ status: dnnl_status_t, _ function: String) throws {
    guard status != dnnl_success else { return }
    let text = unsafe dnnl_status2str(status).map { unsafe String(cString: $0) } ?? "\(status)"
    throw KernelError(function: function, status: text)
}
