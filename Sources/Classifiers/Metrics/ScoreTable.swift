import TensorCore

/// The class scores of all samples that were predicted, row by row.
struct ScoreTable {
    private var values: [Float] = []
    private(set) var rows = 0
    private(set) var classes = 0

    /// The scores.
    ///
    /// Shape: `[N, K]`.
    var tensor: PlainTensor { PlainTensor(values, shape: [rows, classes]) }

    /// The scores of some of the samples.
    func part(_ samples: Range<Int>) -> PlainTensor {
        PlainTensor(
            Array(values[(samples.lowerBound * classes)..<(samples.upperBound * classes)]),
            shape: [samples.count, classes])
    }

    /// Adds the rows of a batch.
    mutating func add(_ scores: PlainTensor) throws {
        guard scores.shape.count == 2, classes == 0 || classes == scores.shape[1]
        else { throw ShapeError("evaluation: predictions \(scores.shape) are not [N, K]") }
        classes = scores.shape[1]
        rows += scores.shape[0]
        values += scores.floats
    }
}
