internal import CVectorLoops

/// The settings of one Lamb step, its bias corrections worked out in double precision.
package struct LambStep: Sendable {
    let rate, gradientDivisor, taken, firstCorrection, secondCorrectionRoot, epsilon, decay: Double
    let betas: (Double, Double)
    let adapts, clipsTrust: Bool

    /// `taken` is the gradient's share in its running average; with `adapts` the step is scaled by the size
    /// of the parameter over that of the change, at most by 1 where trust is clipped.
    package init(
        rate: Double, gradientDivisor: Double, betas: (Double, Double), taken: Double,
        corrections: (Double, Double), epsilon: Double, decay: Double, adapts: Bool,
        clipsTrust: Bool
    ) {
        self.rate = rate
        self.gradientDivisor = gradientDivisor
        self.betas = betas
        self.taken = taken
        firstCorrection = corrections.0
        secondCorrectionRoot = corrections.1.squareRoot()
        self.epsilon = epsilon
        self.decay = decay
        self.adapts = adapts
        self.clipsTrust = clipsTrust
    }
}

/// The settings of one Adafactor step.
package struct AdafactorStep: Sendable {
    let largestRate, leastScale, threshold, share, epsilon, shrink: Double
    let maximize: Bool

    /// `share` is that of the present squares in their means; changes larger than `threshold` in the mean
    /// are scaled down to it.
    package init(
        largestRate: Double, leastScale: Double, threshold: Double, share: Double, epsilon: Double,
        shrink: Double, maximize: Bool
    ) {
        self.largestRate = largestRate
        self.leastScale = leastScale
        self.threshold = threshold
        self.share = share
        self.epsilon = epsilon
        self.shrink = shrink
        self.maximize = maximize
    }
}

/// The means of gradients' squares that Adafactor remembers.
package enum AdafactorMeans {
    /// Over each row and each column of the matrices in the last two dimensions.
    case factored(row: Tensor, column: Tensor)
    /// One a value.
    case whole(Tensor)
}

extension Tensor {
    /// Changes a plain tensor in place by one step of Lamb.
    package func stepLamb(gradient: Tensor, average: Tensor, square: Tensor, _ step: LambStep)
        throws
    {
        for other in [gradient, average, square] {
            require(
                isPlain && other.isPlain && other.shape == shape,
                "a step of \(shape) with \(other.shape)")
        }
        let settings = optimizer_loops_lamb(
            gradient_divisor: Float(step.gradientDivisor), beta1: Float(step.betas.0),
            taken: Float(step.taken), beta2: Float(step.betas.1),
            one_minus_beta2: Float(1 - step.betas.1),
            first_correction: Float(step.firstCorrection),
            second_correction_root: Float(step.secondCorrectionRoot), epsilon: Float(step.epsilon),
            decay: Float(step.decay))
        let change = device.empty(shape)
        forEachPart { start, count in
            unsafe optimizer_loops_lamb_change(
                change.pointer + start, pointer + start, gradient.pointer + start,
                average.pointer + start, square.pointer + start, count, settings)
        }
        var trust = 1.0
        if step.adapts {
            let (size, changeSize) = (try norm(order: 2), try change.norm(order: 2))
            // Comparisons with NaN are false, so that it leaves the ratio at 1 as in the original.
            if size > 0, changeSize > 0 { trust = size / changeSize }
            if step.clipsTrust { trust = min(trust, 1) }
        }
        move(along: change, shrink: 1, rate: step.rate * trust)
    }

    /// Changes a plain tensor in place by one step of Adafactor, its `number`th.
    package func stepAdafactor(
        gradient: Tensor, means: AdafactorMeans, number: Int, _ step: AdafactorStep
    ) throws {
        require(
            isPlain && gradient.isPlain && gradient.shape == shape,
            "a step of \(shape) with \(gradient.shape)")
        let root = Double(count).squareRoot()
        let scale = max(step.leastScale, try norm(order: 2) / root)
        let rate = scale * min(step.largestRate, 1 / Double(number).squareRoot())
        let change = adafactorChange(gradient, means, step)
        let size = try change.norm(order: 2) / (root * step.threshold)
        move(along: change, shrink: step.shrink, rate: rate / max(1, size))
    }

    private func adafactorChange(_ gradient: Tensor, _ means: AdafactorMeans, _ step: AdafactorStep)
        -> Tensor
    {
        let change = device.empty(shape)
        let (share, epsilon) = (Float(step.share), Float(step.epsilon))
        let sign: Float = step.maximize ? -1 : 1
        switch means {
        case .whole(let variance):
            require(variance.shape == shape, "a step of \(shape) with \(variance.shape)")
            forEachPart { start, count in
                unsafe optimizer_loops_adafactor_vector_change(
                    change.pointer + start, gradient.pointer + start, variance.pointer + start,
                    count, share, epsilon, sign)
            }
        case .factored(let row, let column):
            let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
            require(
                row.count * columns == count && column.count * rows == count,
                "a step of \(shape) with \(row.shape) and \(column.shape)")
            forEachMatrix { start, count in
                let values = start * rows * columns
                let (rowMeans, columnMeans) = unsafe (
                    row.pointer + start * rows, column.pointer + start * columns
                )
                unsafe optimizer_loops_adafactor_means(
                    gradient.pointer + values, rowMeans, columnMeans, count, rows, columns, share)
                unsafe optimizer_loops_adafactor_change(
                    change.pointer + values, gradient.pointer + values, rowMeans, columnMeans,
                    count, rows, columns, epsilon, sign)
            }
        }
        return change
    }

    private func move(along change: Tensor, shrink: Double, rate: Double) {
        forEachPart { start, count in
            unsafe optimizer_loops_move(
                pointer + start, change.pointer + start, count, Float(shrink), Float(rate))
        }
    }
}
