extension Tensor {
    /// How many values are worth waking another thread.
    private static let partSize = 1 << 14

    /// How many values make one partial sum; the bits of sums depend on it.
    private static let summandSize = 1 << 15

    /// Calls a loop over values for equal parts of the tensor, one for each kernel thread.
    ///
    /// Neighbours stay together, so that a thread finds the values in its cache that it changed before.
    func forEachPart(_ body: (_ start: Int, _ count: Int) -> Void) {
        let library = device.kernels
        let share = (count + library.threadCount - 1) / library.threadCount
        // Whole cache lines.
        let partSize = max(Self.partSize, (share + 15) / 16 * 16)
        library.inParallel(count, partSize: partSize) { body($0.lowerBound, $0.count) }
    }

    /// The sum of a value of every part, added in order whatever the number of threads.
    func sumOfParts(_ value: (_ start: Int, _ count: Int) -> Double) -> Double {
        let partCount = (count + Self.summandSize - 1) / Self.summandSize
        return unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: partCount) { sums in
            unsafe sums.initialize(repeating: 0)
            device.kernels.inParallel(count, partSize: Self.summandSize) { part in
                unsafe sums[part.lowerBound / Self.summandSize] = value(
                    part.lowerBound, part.count)
            }
            return unsafe sums.reduce(0, +)
        }
    }

    /// Calls a loop over the matrices in the last two dimensions, on all kernel threads.
    func forEachMatrix(_ body: (_ start: Int, _ count: Int) -> Void) {
        let size = shape.suffix(2).reduce(1, *)
        guard size > 0 else { return }
        device.kernels.inParallel(
            count / size, partSize: max(1, Self.partSize / size)
        ) { body($0.lowerBound, $0.count) }
    }
}
