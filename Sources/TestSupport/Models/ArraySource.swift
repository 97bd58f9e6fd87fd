import TensorCore
package import TrainingInterfaces

/// Batches that lie ready in memory, the same ones in every pass.
package final class ArraySource: BatchSource {
    private let batches: [Batch]
    package private(set) var position = SourcePosition()
    package let classNames: [String]?

    /// A source of these batches.
    package init(_ batches: [Batch], classNames: [String]? = nil) {
        self.batches = batches
        self.classNames = classNames
    }

    /// A source of points in the plane in two classes, told apart by the sign of their first number.
    package convenience init(pointsPerBatch sizes: [Int], key: String = "points") {
        self.init(
            sizes.enumerated().map { number, size in
                let points = ReferenceArray(random: [size, 2], "\(key) \(number)").floats
                let labels = (0..<size).map { Int64(points[2 * $0] < 0 ? 0 : 1) }
                return Batch(
                    .dictionary(
                        DataDictionary([
                            ("x", .array(PlainTensor(points, shape: [size, 2]))),
                            ("y", .array(PlainTensor(labels, shape: [size]))),
                        ])), sampleCount: size)
            }, classNames: ["left", "right"])
    }

    package var batchesPerEpoch: Int { batches.count }
    package var sampleCount: Int { batches.reduce(0) { $0 + $1.sampleCount } }

    package func begin(epoch: Int) throws {
        position = SourcePosition(epoch: epoch, hasBegun: true, isInsidePass: true)
    }

    package func next() throws -> Batch? {
        guard position.batch < batches.count else { return nil }
        defer { position.batch += 1 }
        return batches[position.batch]
    }

    package func restore(_ position: SourcePosition) throws { self.position = position }
}
