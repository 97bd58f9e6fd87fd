/// Batches of one sample that hold nothing but their loader's number and their own, for runs in which
/// only the course of the loop counts.
package final class NumberedBatches: BatchSource {
    package let batchesPerEpoch: Int
    package private(set) var position = SourcePosition()
    private let loader: Int

    /// A pass of `count` batches.
    package init(loader: Int = 0, count: Int) {
        self.loader = loader
        batchesPerEpoch = count
    }

    package var sampleCount: Int { batchesPerEpoch }
    package var classNames: [String]? { nil }

    package func begin(epoch: Int) {
        position = SourcePosition(epoch: epoch, hasBegun: true, isInsidePass: true)
    }

    package func next() -> Batch? {
        guard position.batch < batchesPerEpoch else { return nil }
        defer { position.batch += 1 }
        return Batch(.tuple([.int(loader), .int(position.batch)]), sampleCount: 1)
    }

    package func restore(_ position: SourcePosition) { self.position = position }
}
