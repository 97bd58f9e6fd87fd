internal import CVectorLoops

/// The settings of one SGD step.
package struct SGDStep {
    let learningRate, momentum, dampening, weightDecay: Float
    let nesterov, maximize: Bool

    package init(
        learningRate: Float, momentum: Float, dampening: Float, weightDecay: Float, nesterov: Bool,
        maximize: Bool
    ) {
        self.learningRate = learningRate
        self.momentum = momentum
        self.dampening = dampening
        self.weightDecay = weightDecay
        self.nesterov = nesterov
        self.maximize = maximize
    }
}

/// The settings of one Adam step, its bias corrections worked out in double precision.
package struct AdamStep {
    let stepSize, secondCorrection, beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon: Float
    let coupledDecay, shrink: Float
    let maximize: Bool

    package init(
        stepSize: Float, secondCorrection: Float, beta1: Float, oneMinusBeta1: Float, beta2: Float,
        oneMinusBeta2: Float, epsilon: Float, coupledDecay: Float, shrink: Float, maximize: Bool
    ) {
        self.stepSize = stepSize
        self.secondCorrection = secondCorrection
        self.beta1 = beta1
        self.oneMinusBeta1 = oneMinusBeta1
        self.beta2 = beta2
        self.oneMinusBeta2 = oneMinusBeta2
        self.epsilon = epsilon
        self.coupledDecay = coupledDecay
        self.shrink = shrink
        self.maximize = maximize
    }
}

extension Tensor {
    /// Changes a plain tensor in place by one step of stochastic gradient descent.
    package func stepSGD(
        gradient: Tensor, momentumBuffer: Tensor?, isFirst: Bool, _ step: SGDStep
    ) throws {
        requireAlike(gradient, momentumBuffer)
        forEachPart { start, count in
            unsafe vector_loops_sgd_step(
                pointer + start, gradient.pointer + start,
                momentumBuffer.map { unsafe $0.pointer + start },
                count, step.learningRate, step.momentum, step.dampening, step.weightDecay,
                step.nesterov ? 1 : 0, isFirst ? 1 : 0, step.maximize ? -1 : 1)
        }
    }

    /// Changes a plain tensor in place by one step of Adam.
    package func stepAdam(
        gradient: Tensor, average: Tensor, square: Tensor, largestSquare: Tensor?, _ step: AdamStep
    ) throws {
        requireAlike(gradient, average, square, largestSquare)
        let settings = vector_loops_adam(
            step_size: step.stepSize, second_correction: step.secondCorrection, beta1: step.beta1,
            one_minus_beta1: step.oneMinusBeta1, beta2: step.beta2,
            one_minus_beta2: step.oneMinusBeta2, epsilon: step.epsilon,
            coupled_decay: step.coupledDecay, shrink: step.shrink, sign: step.maximize ? -1 : 1)
        forEachPart { start, count in
            unsafe vector_loops_adam_step(
                pointer + start, gradient.pointer + start, average.pointer + start,
                square.pointer + start, largestSquare.map { unsafe $0.pointer + start }, count,
                settings)
        }
    }

    private func requireAlike(_ others: Tensor?...) {
        for case let other? in others {
            require(
                isPlain && other.isPlain && other.shape == shape,
                "a step of \(shape) with \(other.shape)")
        }
    }
}
