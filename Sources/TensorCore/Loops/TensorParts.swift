extension Tensor {
    /// How many values a kernel thread takes at a time: enough to be worth a thread's while, few enough
    /// that the threads have equal shares.
    private static let partSize = 1 << 15

    /// Calls a loop over values for every part of the tensor, on all kernel threads.
    func forEachPart(_ body: (_ start: Int, _ count: Int) -> Void) {
        device.kernels.inParallel(count, partSize: Self.partSize) { body($0.lowerBound, $0.count) }
    }

    /// The sum of a value of every part, added in order whatever the number of threads.
    func sumOfParts(_ value: (_ start: Int, _ count: Int) -> Double) -> Double {
        let partCount = (count + Self.partSize - 1) / Self.partSize
        return unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: partCount) { sums in
            unsafe sums.initialize(repeating: 0)
            forEachPart { start, count in
                unsafe sums[start / Self.partSize] = value(start, count)
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
