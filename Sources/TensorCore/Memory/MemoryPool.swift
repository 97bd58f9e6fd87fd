/// Memory for tensors, kept and handed out again instead of going back to the system.
///
/// Sizes are rounded up to eight steps per power of two, so that a buffer fits later tensors of
/// nearly its size. Once every shape of a training step has been seen, a step asks the system for
/// nothing.
@safe
final class MemoryPool {
    /// Vector kernels want their data on cache-line boundaries.
    static let alignment = 64

    /// Free buffers by the number of their size.
    private var free: [[UnsafeMutableRawPointer]] = unsafe []
    private(set) var statistics = MemoryStatistics()

    deinit {
        unsafe free.joined().forEach { unsafe $0.deallocate() }
    }

    /// The number of the size a request of this many bytes is served with.
    static func sizeNumber(for bytes: Int) -> Int {
        guard bytes > 512 else { return 0 }
        let exponent = Int.bitWidth - 1 - (bytes - 1).leadingZeroBitCount
        // The size is this times an eighth of the power of two below it: 9 to 16 of them.
        let eighths = ((bytes - 1) >> (exponent - 3)) + 1
        return (exponent - 9) * 8 + eighths - 8
    }

    /// The size of a number: 512, 576, 640 … 1024, 1152 ….
    static func size(_ number: Int) -> Int {
        guard number > 0 else { return 512 }
        let (octave, step) = (number - 1).quotientAndRemainder(dividingBy: 8)
        return (step + 9) << (octave + 6)
    }

    /// A buffer of at least that many bytes, and the number of its size.
    ///
    /// A free buffer that is not much larger serves too, so that the pool does not hold one of every size.
    func take(_ bytes: Int) -> (buffer: UnsafeMutableRawPointer, sizeNumber: Int) {
        let wanted = Self.sizeNumber(for: bytes)
        let largest = Self.size(wanted) / 2 * 3
        var number = wanted
        while unsafe number < free.count && Self.size(number) <= largest {
            if let buffer = unsafe free[number].popLast() {
                statistics.use(Self.size(number))
                return unsafe (buffer, number)
            }
            number += 1
        }
        let size = Self.size(wanted)
        statistics.use(size)
        statistics.held += size
        statistics.systemAllocations += 1
        return (.allocate(byteCount: size, alignment: Self.alignment), wanted)
    }

    func give(_ buffer: UnsafeMutableRawPointer, _ sizeNumber: Int) {
        statistics.inUse -= Self.size(sizeNumber)
        while unsafe free.count <= sizeNumber { unsafe free.append([]) }
        unsafe free[sizeNumber].append(buffer)
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

    fileprivate mutating func use(_ size: Int) {
        inUse += size
        peak = max(peak, inUse)
    }
}
