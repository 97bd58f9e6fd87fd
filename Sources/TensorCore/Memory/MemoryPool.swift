/// Memory for tensors, kept and handed out again instead of going back to the system.
///
/// Sizes are rounded up to eight steps per power of two, so that a buffer fits later tensors of
/// nearly its size. Once every shape of a training step has been seen, a step asks the system for
/// nothing.
@safe
final class MemoryPool {
    /// Vector kernels want their data on cache-line boundaries.
    static let alignment = 64

    private var free: [Int: [UnsafeMutableRawPointer]] = unsafe [:]
    private(set) var statistics = MemoryStatistics()

    deinit {
        unsafe free.values.joined().forEach { unsafe $0.deallocate() }
    }

    /// The size a request of this many bytes is served with.
    static func size(for bytes: Int) -> Int {
        guard bytes > 512 else { return 512 }
        let powerOfTwo = 1 << (Int.bitWidth - 1 - (bytes - 1).leadingZeroBitCount)
        let step = powerOfTwo / 8
        return (bytes + step - 1) / step * step
    }

    /// A buffer of at least that many bytes, and its real size.
    ///
    /// A free buffer that is not much larger serves too, so that the pool does not hold one of every size.
    func take(_ bytes: Int) -> (buffer: UnsafeMutableRawPointer, size: Int) {
        let wanted = Self.size(for: bytes)
        let fitting = unsafe free.lazy.filter { unsafe !$0.value.isEmpty }.map(\.key)
            .filter { $0 >= wanted && $0 <= wanted / 2 * 3 }.min()
        let size = fitting ?? wanted
        statistics.inUse += size
        statistics.peak = max(statistics.peak, statistics.inUse)
        if let buffer = unsafe free[size]?.popLast() { return unsafe (buffer, size) }
        statistics.held += size
        statistics.systemAllocations += 1
        return (.allocate(byteCount: size, alignment: Self.alignment), size)
    }

    func give(_ buffer: UnsafeMutableRawPointer, _ size: Int) {
        statistics.inUse -= size
        unsafe free[size, default: []].append(buffer)
    }
}

/// What a device's memory pool has done so far, in bytes and counts.
public struct MemoryStatistics: Sendable {
    /// Bytes of live tensors.
    public internal(set) var inUse = 0
    /// The most bytes of live tensors at any time.
    public internal(set) var peak = 0
    /// Bytes taken from the system.
    public internal(set) var held = 0
    /// How often the system was asked.
    public internal(set) var systemAllocations = 0
}
