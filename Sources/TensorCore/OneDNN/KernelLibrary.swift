internal import COneDNN

/// The kernel library's engine and stream, its layouts, and every kernel prepared so far.
@safe
final class KernelLibrary {
    let engine: dnnl_engine_t
    let stream: dnnl_stream_t
    let threadCount: Int
    private var plainLayouts: [[Int]: Layout] = [:]
    private var kernelLayouts: [[Int]: [Layout]] = [:]
    private var kernels: [KernelKey: AnyObject] = [:]
    /// How many memory objects the prepared kernels keep for their arguments.
    var memoryObjectCount = 0
    /// Told how long each kernel takes, if somebody wants to know.
    var recorder: OperationRecorder?

    init(threads: Int?) throws {
        var engine: dnnl_engine_t?
        try unsafe check(dnnl_engine_create(&engine, dnnl_cpu, 0), "dnnl_engine_create")
        guard let engine = unsafe engine else {
            throw KernelError(function: "dnnl_engine_create", status: "no engine")
        }
        var stream: dnnl_stream_t?
        try unsafe check(
            dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue),
            "dnnl_stream_create")
        guard let stream = unsafe stream else {
            throw KernelError(function: "dnnl_stream_create", status: "no stream")
        }
        unsafe self.engine = unsafe engine
        unsafe self.stream = unsafe stream
        // The team size must not shrink under load: sums are split by it.
        omp_set_dynamic(0)
        let standardThreadCount = Self.standardThreadCount
        threadCount = max(1, threads ?? standardThreadCount)
        setThreadCount()
    }

    /// How many threads the process has by its environment: asked before any library sets a number.
    private static let standardThreadCount = Int(omp_get_max_threads())

    /// Lets the calling thread's next kernel use this library's number of threads, which another
    /// device may have changed.
    func setThreadCount() { setThreadCount(threadCount) }

    func setThreadCount(_ count: Int) { omp_set_num_threads(Int32(count)) }

    deinit {
        unsafe dnnl_stream_destroy(stream)
        unsafe dnnl_engine_destroy(engine)
    }

    /// Whether the processor multiplies bfloat16 numbers itself.
    var hasFastBFloat16: Bool {
        let isa = dnnl_get_effective_cpu_isa()
        return isa == dnnl_cpu_isa_avx512_core_amx || isa == dnnl_cpu_isa_avx512_core_bf16
    }

    /// Whether the processor multiplies tiles of bfloat16 numbers, and the library has asked the kernel
    /// for leave to use them.
    var hasMatrixTiles: Bool { dnnl_get_effective_cpu_isa() == dnnl_cpu_isa_avx512_core_amx }

    /// The library's name, version and the instructions it uses.
    var description: String {
        guard let version = unsafe dnnl_version()?.pointee else { return "oneDNN" }
        let isa: String =
            switch dnnl_get_effective_cpu_isa() {
            case dnnl_cpu_isa_avx512_core_amx: "AVX-512, AMX"
            case dnnl_cpu_isa_avx512_core_bf16: "AVX-512, bf16"
            case dnnl_cpu_isa_avx512_core_vnni, dnnl_cpu_isa_avx512_core: "AVX-512"
            case dnnl_cpu_isa_avx2, dnnl_cpu_isa_avx2_vnni: "AVX2"
            default: "SSE4.1"
            }
        return unsafe "oneDNN \(version.major).\(version.minor).\(version.patch) (\(isa))"
    }

    /// The row-major layout of a shape.
    func plainLayout(_ shape: [Int]) -> Layout {
        if let layout = plainLayouts[shape] { return layout }
        let sizes = shape.isEmpty ? [1] : shape
        var strides = [Int64](repeating: 1, count: sizes.count)
        for place in stride(from: sizes.count - 2, through: 0, by: -1) {
            strides[place] = strides[place + 1] * Int64(sizes[place + 1])
        }
        var descriptor = dnnl_memory_desc_t()
        let status = unsafe dnnl_memory_desc_init_by_strides(
            &descriptor, Int32(sizes.count), sizes.map(Int64.init), dnnl_f32, strides)
        require(status == dnnl_success, "the kernel library takes no shape \(shape)")
        let layout = Layout(descriptor, isPlain: true)
        plainLayouts[shape] = layout
        return layout
    }

    /// The layout of a description that a primitive gave for a shape.
    func layout(_ descriptor: dnnl_memory_desc_t, shape: [Int]) -> Layout {
        let plain = plainLayout(shape)
        for layout in [plain] + (kernelLayouts[shape] ?? []) {
            let isEqual = unsafe withUnsafePointer(to: descriptor) { new in
                unsafe withUnsafePointer(to: layout.descriptor) {
                    unsafe dnnl_memory_desc_equal(new, $0)
                }
            }
            if isEqual != 0 { return layout }
        }
        let layout = Layout(descriptor, isPlain: false)
        kernelLayouts[shape, default: []].append(layout)
        return layout
    }

    /// The kernel of that key, made on its first use.
    func kernel<Kernel: AnyObject>(_ key: KernelKey, make: () throws -> Kernel) rethrows -> Kernel {
        if let kernel = kernels[key] as? Kernel { return kernel }
        let kernel = try make()
        kernels[key] = kernel
        return kernel
    }
}

/// What tells one prepared kernel from another.
struct KernelKey: Hashable {
    let operation: String
    let numbers: [Int]
    let layout, secondLayout: ObjectIdentifier?

    /// Takes up to two layouts.
    init(_ operation: String, _ numbers: [Int], _ layouts: [Layout] = []) {
        self.operation = operation
        self.numbers = numbers
        require(layouts.count <= 2, "\(layouts.count) layouts tell kernels apart")
        layout = layouts.first.map(ObjectIdentifier.init)
        secondLayout = layouts.dropFirst().first.map(ObjectIdentifier.init)
    }
}
