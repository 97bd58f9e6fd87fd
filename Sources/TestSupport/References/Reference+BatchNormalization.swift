extension Reference {
    /// Mean and biased variance of every channel of `[N, C, …]`.
    package static func channelStatistics(_ input: ReferenceArray) -> (
        mean: ReferenceArray, variance: ReferenceArray
    ) {
        let channels = input.shape[1]
        let area = input.shape.dropFirst(2).reduce(1, *)
        let count = Double(input.values.count / channels)
        var mean = ReferenceArray(zeros: [channels])
        var variance = mean
        for (place, value) in input.values.enumerated() {
            mean.values[place / area % channels] += value / count
        }
        for (place, value) in input.values.enumerated() {
            let channel = place / area % channels
            let distance = value - mean.values[channel]
            variance.values[channel] += distance * distance / count
        }
        return (mean, variance)
    }

    /// Batch normalisation with these statistics.
    ///
    /// Shape: input `[N, C, …]`; mean, variance, scale and shift `[C]`.
    package static func batchNormalization(
        _ input: ReferenceArray, mean: ReferenceArray, variance: ReferenceArray,
        scale: ReferenceArray?, shift: ReferenceArray?, epsilon: Double
    ) -> ReferenceArray {
        let area = input.shape.dropFirst(2).reduce(1, *)
        var output = input
        for place in input.values.indices {
            let channel = place / area % input.shape[1]
            let normalized =
                (input.values[place] - mean.values[channel])
                / (variance.values[channel] + epsilon).squareRoot()
            output.values[place] =
                normalized * (scale?.values[channel] ?? 1) + (shift?.values[channel] ?? 0)
        }
        return output
    }

    /// The gradients of a batch normalisation's operands.
    ///
    /// With `batchStatistics` mean and variance depend on the input, else they are constants.
    package static func batchNormalizationGradients(
        _ gradient: ReferenceArray, _ input: ReferenceArray, mean: ReferenceArray,
        variance: ReferenceArray, scale: ReferenceArray?, epsilon: Double, batchStatistics: Bool
    ) -> (input: ReferenceArray, scale: ReferenceArray, shift: ReferenceArray) {
        let channels = input.shape[1]
        let area = input.shape.dropFirst(2).reduce(1, *)
        let count = Double(input.values.count / channels)
        let normalized = batchNormalization(
            input, mean: mean, variance: variance, scale: nil, shift: nil, epsilon: epsilon)
        var scaleGradient = ReferenceArray(zeros: [channels])
        var shiftGradient = scaleGradient
        for (place, value) in gradient.values.enumerated() {
            let channel = place / area % channels
            scaleGradient.values[channel] += value * normalized.values[place]
            shiftGradient.values[channel] += value
        }
        var inputGradient = gradient
        for place in gradient.values.indices {
            let channel = place / area % channels
            var value = gradient.values[place]
            if batchStatistics {
                value -= shiftGradient.values[channel] / count
                value -= normalized.values[place] * scaleGradient.values[channel] / count
            }
            inputGradient.values[place] =
                value * (scale?.values[channel] ?? 1)
                / (variance.values[channel] + epsilon).squareRoot()
        }
        return (inputGradient, scaleGradient, shiftGradient)
    }
}
