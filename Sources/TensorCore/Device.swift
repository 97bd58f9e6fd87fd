/// Where tensors live and kernels run: one processor, its threads, memory and prepared kernels.
///
/// A device is used on one thread, the model's. The number of kernel threads is fixed when it is made:
/// sums are split among threads, so the bits of a result depend on it.
public final class Device {
    /// How many threads a kernel uses.
    public let threadCount: Int
    /// Which algorithms convolutions use.
    public let algorithms = AlgorithmChoices()
    let pool = MemoryPool()
    let kernels: KernelLibrary
    let matrixProduct: MatrixProduct

    /// A device with that many kernel threads; nil takes `OMP_NUM_THREADS`, or every core.
    public init(threads: Int? = nil) throws {
        kernels = try KernelLibrary(threads: threads)
        threadCount = kernels.threadCount
        matrixProduct = MatrixProduct(threads: threadCount)
    }

    /// The libraries that compute, with versions and threads, for the start log.
    public var description: String {
        "\(kernels.description), \(matrixProduct.description), \(threadCount) "
            + (threadCount == 1 ? "thread" : "threads")
    }

    /// What the environment takes from the speed of the libraries.
    public var warnings: [String] { matrixProduct.warning.map { [$0] } ?? [] }

    /// Gathers how long operations and kernels take; nil, as it is at first, measures nothing.
    public var recorder: OperationRecorder? {
        get { kernels.recorder }
        set { kernels.recorder = newValue }
    }

    /// Whether bfloat16 is faster than single precision on this processor.
    public var hasFastBFloat16: Bool { kernels.hasFastBFloat16 }

    /// Whether the processor multiplies tiles of bfloat16 numbers.
    package var hasMatrixTiles: Bool { kernels.hasMatrixTiles }

    /// What the memory pool has done.
    public var memoryStatistics: MemoryStatistics { pool.statistics }

    /// How many memory objects kernels keep for their arguments; constant once all shapes were seen.
    package var memoryObjectCount: Int { kernels.memoryObjectCount }
}
