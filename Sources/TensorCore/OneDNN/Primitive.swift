internal import COneDNN

/// One prepared computation of the kernel library, with the memory objects of its arguments.
@safe
final class Primitive {
    private unowned let library: KernelLibrary
    private let descriptor: dnnl_primitive_desc_t
    private let handle: dnnl_primitive_t
    private let scratchpadLayout: Layout?
    /// The layout of what the computation keeps for its backward pass, if it keeps anything.
    let workspaceLayout: Layout?
    private let threadCount: Int
    private var memories: [(argument: Int32, layout: Layout, handle: dnnl_memory_t)] = unsafe []
    private var layouts: [(query: dnnl_query_t, layout: Layout)] = []

    /// Prepares a computation; nil where the library has no implementation of it.
    ///
    /// `attributes` may change the computation; `hint` is the forward primitive of a backward one;
    /// `name` begins a part of the implementation's name (`x64:gemm:jit`), where the library's first
    /// choice will not do.
    static func ifImplemented(
        _ library: KernelLibrary, _ operation: UnsafeRawPointer, attributes: Attributes? = nil,
        hint: Primitive? = nil, named name: String? = nil
    ) throws -> Primitive? {
        let attributes = try attributes ?? Attributes()
        library.setThreadCount()
        if let name {
            return try unsafe implementation(named: name, library, operation, attributes, hint)
        }
        var descriptor: dnnl_primitive_desc_t?
        let status = unsafe dnnl_primitive_desc_create(
            &descriptor, operation, attributes.handle, library.engine, hint?.descriptor)
        if status == dnnl_unimplemented { return nil }
        try check(status, "dnnl_primitive_desc_create")
        return try unsafe descriptor.map { unsafe try Primitive(library, $0) }
    }

    /// Goes through the library's implementations to the first with such a name.
    private static func implementation(
        named name: String, _ library: KernelLibrary, _ operation: UnsafeRawPointer,
        _ attributes: Attributes, _ hint: Primitive?
    ) throws -> Primitive? {
        var iterator: dnnl_primitive_desc_iterator_t?
        let status = unsafe dnnl_primitive_desc_iterator_create(
            &iterator, operation, attributes.handle, library.engine, hint?.descriptor)
        if status == dnnl_unimplemented { return nil }
        try check(status, "dnnl_primitive_desc_iterator_create")
        defer { unsafe dnnl_primitive_desc_iterator_destroy(iterator) }
        repeat {
            guard let descriptor = unsafe dnnl_primitive_desc_iterator_fetch(iterator) else {
                return nil
            }
            let parts = unsafe implementationName(descriptor).split(separator: ":")
            if parts.contains(where: { $0.hasPrefix(name) }) {
                return try unsafe Primitive(library, descriptor)
            }
            unsafe dnnl_primitive_desc_destroy(descriptor)
        } while unsafe dnnl_primitive_desc_iterator_next(iterator) == dnnl_success
        return nil
    }

    /// Prepares a computation.
    static func make(
        _ library: KernelLibrary, _ operation: UnsafeRawPointer, attributes: Attributes? = nil,
        hint: Primitive? = nil
    ) throws -> Primitive {
        let primitive = try unsafe ifImplemented(
            library, operation, attributes: attributes, hint: hint)
        guard let primitive else {
            throw KernelError(
                function: "dnnl_primitive_desc_create", status: "no kernel for this operation")
        }
        return primitive
    }

    /// Prepares a change of layout; `adding` adds to the target instead of replacing it.
    static func reorder(_ library: KernelLibrary, from: Layout, to: Layout, adding: Bool) throws
        -> Primitive
    {
        let attributes = try Attributes()
        if adding { try attributes.appendSum() }
        // Waking the other threads takes longer than moving this little; no bit depends on it.
        let threadCount = min(from.byteCount, to.byteCount) <= 32_768 ? 1 : library.threadCount
        library.setThreadCount(threadCount)
        var descriptor: dnnl_primitive_desc_t?
        var source = from.descriptor
        var target = to.descriptor
        try unsafe check(
            dnnl_reorder_primitive_desc_create(
                &descriptor, &source, library.engine, &target, library.engine, attributes.handle),
            "dnnl_reorder_primitive_desc_create")
        guard let descriptor = unsafe descriptor else {
            throw KernelError(function: "dnnl_reorder_primitive_desc_create", status: "no kernel")
        }
        return try unsafe Primitive(library, descriptor, threads: threadCount)
    }

    /// Takes ownership of the descriptor.
    private init(
        _ library: KernelLibrary, _ descriptor: dnnl_primitive_desc_t, threads: Int? = nil
    ) throws {
        var handle: dnnl_primitive_t?
        let status = unsafe dnnl_primitive_create(&handle, descriptor)
        guard status == dnnl_success, let handle = unsafe handle else {
            unsafe dnnl_primitive_desc_destroy(descriptor)
            try check(status, "dnnl_primitive_create")
            throw KernelError(function: "dnnl_primitive_create", status: "no primitive")
        }
        self.library = library
        threadCount = threads ?? library.threadCount
        unsafe self.descriptor = unsafe descriptor
        unsafe self.handle = unsafe handle
        scratchpadLayout = unsafe Self.opaqueLayout(descriptor, dnnl_query_scratchpad_md)
        workspaceLayout = unsafe Self.opaqueLayout(descriptor, dnnl_query_workspace_md)
    }

    /// The layout of memory that only the computation itself understands, if it needs any.
    private static func opaqueLayout(_ descriptor: dnnl_primitive_desc_t, _ query: dnnl_query_t)
        -> Layout?
    {
        guard let found = unsafe dnnl_primitive_desc_query_md(descriptor, query, 0),
            unsafe dnnl_memory_desc_get_size(found) > 0
        else { return nil }
        return unsafe Layout(found.pointee, isPlain: false)
    }

    deinit {
        unsafe memories.forEach { unsafe dnnl_memory_destroy($0.handle) }
        unsafe dnnl_primitive_destroy(handle)
        unsafe dnnl_primitive_desc_destroy(descriptor)
    }

    /// The layout the computation wants of an argument of that shape.
    func layout(_ query: dnnl_query_t, shape: [Int]) -> Layout {
        if let known = layouts.first(where: { $0.query == query }) { return known.layout }
        let found = unsafe dnnl_primitive_desc_query_md(descriptor, query, 0)
        let layout =
            unsafe found.map { unsafe library.layout($0.pointee, shape: shape) }
            ?? library.plainLayout(shape)
        layouts.append((query, layout))
        return layout
    }

    /// The library's name of the implementation, such as `jit:avx512_core`.
    var implementation: String { unsafe Self.implementationName(descriptor) }

    private static func implementationName(_ descriptor: dnnl_primitive_desc_t) -> String {
        var text: UnsafePointer<CChar>?
        let status = unsafe dnnl_primitive_desc_query(
            descriptor, dnnl_query_impl_info_str, 0, &text)
        guard status == dnnl_success, let text = unsafe text else { return "" }
        return unsafe String(cString: text)
    }

    /// Computes with arguments numbered as the library does (`DNNL_ARG_SRC` …).
    func run(_ arguments: [(Int32, Tensor)]) throws {
        let library = library
        library.setThreadCount(threadCount)
        try unsafe withUnsafeTemporaryAllocation(
            of: dnnl_exec_arg_t.self, capacity: arguments.count + 1
        ) { list in
            var count = 0
            for (argument, tensor) in arguments {
                unsafe list[count] = try unsafe bind(
                    argument, tensor.layout, UnsafeMutableRawPointer(tensor.pointer))
                count += 1
            }
            var scratchpad: Storage?
            if let scratchpadLayout, let device = arguments.first?.1.device {
                let storage = Storage(device, bytes: scratchpadLayout.byteCount)
                scratchpad = storage
                unsafe list[count] = try unsafe bind(
                    DNNL_ARG_SCRATCHPAD, scratchpadLayout, storage.pointer)
                count += 1
            }
            let start = library.recorder == nil ? 0 : OperationRecorder.now
            try unsafe check(
                dnnl_primitive_execute(handle, library.stream, Int32(count), list.baseAddress),
                "dnnl_primitive_execute")
            library.recorder?.add(kernelName, .kernel, from: start)
            withExtendedLifetime(scratchpad) {}
        }
    }

    /// What the kernel computes, in the library's words, such as `convolution backward_data`.
    private lazy var kernelName: String = {
        var kind = dnnl_undefined_primitive
        let hasKind =
            unsafe dnnl_primitive_desc_query(descriptor, dnnl_query_primitive_kind, 0, &kind)
            == dnnl_success
        guard hasKind, let name = unsafe dnnl_prim_kind2str(kind) else { return implementation }
        var direction = dnnl_prop_kind_undef
        let hasDirection =
            unsafe dnnl_primitive_desc_query(descriptor, dnnl_query_prop_kind, 0, &direction)
            == dnnl_success
        let text = unsafe String(cString: name)
        guard hasDirection, direction != dnnl_prop_kind_undef,
            let suffix = unsafe dnnl_prop_kind2str(direction)
        else { return text }
        return unsafe "\(text) \(String(cString: suffix))"
    }()

    /// The memory object of an argument, pointed at a buffer; kept, because making one costs more.
    private func bind(_ argument: Int32, _ layout: Layout, _ pointer: UnsafeMutableRawPointer)
        throws
        -> dnnl_exec_arg_t
    {
        if let known = unsafe memories.first(where: {
            unsafe $0.argument == argument && $0.layout === layout
        }) {
            try unsafe check(
                dnnl_memory_set_data_handle(known.handle, pointer), "dnnl_memory_set_data_handle")
            return unsafe dnnl_exec_arg_t(arg: argument, memory: known.handle)
        }
        var memory: dnnl_memory_t?
        var descriptor = layout.descriptor
        try unsafe check(
            dnnl_memory_create(&memory, &descriptor, library.engine, pointer), "dnnl_memory_create")
        guard let memory = unsafe memory else {
            throw KernelError(function: "dnnl_memory_create", status: "no memory object")
        }
        library.memoryObjectCount += 1
        unsafe memories.append((argument, layout, memory))
        return unsafe dnnl_exec_arg_t(arg: argument, memory: memory)
    }
}

/// What a computation does beside its main work, and where its scratch memory comes from.
@safe
final class Attributes {
    let handle: dnnl_primitive_attr_t
    private let operations: dnnl_post_ops_t

    init() throws {
        var handle: dnnl_primitive_attr_t?
        try unsafe check(dnnl_primitive_attr_create(&handle), "dnnl_primitive_attr_create")
        guard let handle = unsafe handle else {
            throw KernelError(function: "dnnl_primitive_attr_create", status: "no attributes")
        }
        var operations: dnnl_post_ops_t?
        let status = unsafe dnnl_post_ops_create(&operations)
        guard status == dnnl_success, let operations = unsafe operations else {
            unsafe dnnl_primitive_attr_destroy(handle)
            try check(status, "dnnl_post_ops_create")
            throw KernelError(function: "dnnl_post_ops_create", status: "no list")
        }
        unsafe self.handle = unsafe handle
        unsafe self.operations = unsafe operations
        // Debian's build keeps library-owned scratchpads per thread, which ties a primitive to its
        // creator's thread; ours come from the pool.
        try unsafe check(
            dnnl_primitive_attr_set_scratchpad_mode(handle, dnnl_scratchpad_mode_user),
            "dnnl_primitive_attr_set_scratchpad_mode")
    }

    deinit {
        unsafe dnnl_post_ops_destroy(operations)
        unsafe dnnl_primitive_attr_destroy(handle)
    }

    /// Applies a ReLU to the result.
    func appendReLU() throws {
        // An ELU that falls to 0: the library's own ReLU turns NaN into 0.
        try append(unsafe dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_elu, 0, 0))
    }

    /// Adds the result to what the target holds.
    func appendSum() throws {
        try append(unsafe dnnl_post_ops_append_sum(operations, 1))
    }

    /// Adds a tensor of that layout to the result; it comes as `addedArgument`.
    func appendAddition(of layout: Layout) throws {
        var descriptor = layout.descriptor
        try append(unsafe dnnl_post_ops_append_binary(operations, dnnl_binary_add, &descriptor))
    }

    /// The argument of an addition that was appended first.
    static let addedArgument = DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1

    /// The attributes hold a copy of the list, which is renewed with every entry.
    private func append(_ status: dnnl_status_t) throws {
        try check(status, "dnnl_post_ops_append")
        try unsafe check(
            dnnl_primitive_attr_set_post_ops(handle, operations), "dnnl_primitive_attr_set_post_ops"
        )
    }
}
