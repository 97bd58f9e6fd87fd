internal import TrainingInterfaces

/// Batches that are the same in every pass.
final class StoredBatches: BatchSource {
    private let batches: [Batch]
    private(set) var position = SourcePosition()

    init(_ batches: [Batch]) { self.batches = batches }

    var batchesPerEpoch: Int { batches.count }
    var sampleCount: Int { batches.reduce(0) { $0 + $1.sampleCount } }
    var classNames: [String]? { nil }

    func begin(epoch: Int) {
        position = SourcePosition(epoch: epoch, hasBegun: true, isInsidePass: true)
    }

    func next() -> Batch? {
        guard position.batch < batches.count else { return nil }
        defer { position.batch += 1 }
        return batches[position.batch]
    }

    func restore(_ position: SourcePosition) { self.position = position }
}
