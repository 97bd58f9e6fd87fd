public import TensorCore

extension PlainTensor {
    /// Class numbers as rows with a single 1.
    ///
    /// Shape: these numbers are `[N]`; the result is `[N, classCount]`.
    /// Errors: throws `LabelError` for a number outside `0..<classCount`, `ShapeError` for fractions.
    /// Source: `torch.nn.functional.one_hot`.
    public func oneHot(_ classCount: Int) throws -> PlainTensor {
        guard let labels = integers else {
            throw ShapeError("one hot: expected class numbers, got fractions")
        }
        let shares = try ClassTargets.labels(labels).shares(
            count: labels.count, classes: classCount)
        return PlainTensor(shares, shape: [labels.count, classCount])
    }
}
