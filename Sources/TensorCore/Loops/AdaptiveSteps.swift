internal import CVectorLoops

/// The settings of one step of an optimizer that adapts to the size of gradients.
///
/// Everything that does not depend on the place is worked out in double precision beforehand.
package enum AdaptiveStep {
    /// `square` is the mean of squares; `average`, for the centered form, that of gradients.
    case rmsProp(
        rate: Double, alpha: Double, epsilon: Double, momentum: Double, square: Tensor,
        average: Tensor?, momentumBuffer: Tensor?)
    /// `sum` is that of all squares.
    case adagrad(rate: Double, epsilon: Double, sum: Tensor)
    /// `square` is the mean of gradients' squares, `changes` that of changes' squares.
    case adadelta(rate: Double, rho: Double, epsilon: Double, square: Tensor, changes: Tensor)
    /// `largest` is the fading maximum of gradients' sizes.
    case adamax(
        rate: Double, betas: (Double, Double), epsilon: Double, average: Tensor, largest: Tensor)
    /// Adam's moments, combined as NAdam and RAdam do.
    case moments(MomentStep, average: Tensor, square: Tensor)
    /// `average` follows the values by `share` of the way.
    case asgd(rate: Double, share: Double, average: Tensor)
    /// `factors` shrink and grow `size`, within `limits`; `previous` is the last gradient.
    case rprop(
        factors: (Double, Double), limits: (Double, Double), previous: Tensor, size: Tensor)

    fileprivate var tensors: [Tensor] {
        switch self {
        case .rmsProp(_, _, _, _, let square, let average, let buffer):
            [square, average, buffer].compactMap(\.self)
        case .adagrad(_, _, let sum): [sum]
        case .adadelta(_, _, _, let square, let changes): [square, changes]
        case .adamax(_, _, _, let average, let largest): [average, largest]
        case .moments(_, let average, let square): [average, square]
        case .asgd(_, _, let average): [average]
        case .rprop(_, _, let previous, let size): [previous, size]
        }
    }
}

/// How NAdam and RAdam change a value:
/// by `(gradientRate · gradient + averageRate · average) / spread`, downwards.
package struct MomentStep: Sendable {
    /// What the change is divided by.
    package enum Spread: Sendable {
        /// The root of `square / correction`, plus epsilon.
        case correctedRoot(correction: Double)
        /// The root of `square`, plus epsilon.
        case root
        /// Nothing.
        case one
    }

    let gradientRate, averageRate, epsilon: Double
    let betas: (Double, Double)
    let spread: Spread

    package init(
        gradientRate: Double, averageRate: Double, betas: (Double, Double), epsilon: Double,
        spread: Spread
    ) {
        self.gradientRate = gradientRate
        self.averageRate = averageRate
        self.betas = betas
        self.epsilon = epsilon
        self.spread = spread
    }
}

/// How weight decay and direction enter a step, whatever the optimizer.
package struct StepDirection: Sendable {
    let coupledDecay, shrink, sign: Float

    /// With `shrinksBy` weights are multiplied by one less that share; else `decay` times the weights
    /// joins the gradient.
    package init(decay: Double, shrinkingBy share: Double = 0, maximize: Bool) {
        coupledDecay = Float(decay)
        shrink = Float(1 - share)
        sign = maximize ? -1 : 1
    }
}

extension Tensor {
    /// Changes a plain tensor in place, and what the step remembers with it.
    package func take(_ step: AdaptiveStep, gradient: Tensor, _ direction: StepDirection) throws {
        for other in step.tensors + [gradient] {
            require(
                isPlain && other.isPlain && other.shape == shape,
                "a step of \(shape) with \(other.shape)")
        }
        let (decay, sign) = (direction.coupledDecay, direction.sign)
        switch step {
        case .rmsProp(
            let rate, let alpha, let epsilon, let momentum, let square, let average, let buffer):
            let settings = optimizer_loops_rmsprop(
                learning_rate: Float(rate), alpha: Float(alpha), one_minus_alpha: Float(1 - alpha),
                epsilon: Float(epsilon), momentum: Float(momentum), coupled_decay: decay, sign: sign
            )
            forEachPart { start, count in
                unsafe optimizer_loops_rmsprop_step(
                    pointer + start, gradient.pointer + start, square.pointer + start,
                    average.map { unsafe $0.pointer + start },
                    buffer.map { unsafe $0.pointer + start }, count,
                    settings)
            }
        case .adagrad(let rate, let epsilon, let sum):
            let settings = optimizer_loops_adagrad(
                step_size: Float(rate), epsilon: Float(epsilon), coupled_decay: decay, sign: sign)
            forEachPart { start, count in
                unsafe optimizer_loops_adagrad_step(
                    pointer + start, gradient.pointer + start, sum.pointer + start, count, settings)
            }
        case .adadelta(let rate, let rho, let epsilon, let square, let changes):
            let settings = optimizer_loops_adadelta(
                learning_rate: Float(rate), rho: Float(rho), one_minus_rho: Float(1 - rho),
                epsilon: Float(epsilon), coupled_decay: decay, sign: sign)
            forEachPart { start, count in
                unsafe optimizer_loops_adadelta_step(
                    pointer + start, gradient.pointer + start, square.pointer + start,
                    changes.pointer + start, count, settings)
            }
        case .adamax(let rate, let betas, let epsilon, let average, let largest):
            let settings = optimizer_loops_adamax(
                step_size: Float(rate), one_minus_beta1: Float(1 - betas.0), beta2: Float(betas.1),
                epsilon: Float(epsilon), coupled_decay: decay, sign: sign)
            forEachPart { start, count in
                unsafe optimizer_loops_adamax_step(
                    pointer + start, gradient.pointer + start, average.pointer + start,
                    largest.pointer + start, count, settings)
            }
        case .moments(let step, let average, let square):
            let settings = step.settings(direction)
            forEachPart { start, count in
                unsafe optimizer_loops_moments_step(
                    pointer + start, gradient.pointer + start, average.pointer + start,
                    square.pointer + start, count, settings)
            }
        case .asgd(let rate, let share, let average):
            let settings = optimizer_loops_asgd(
                rate: Float(rate), shrink: direction.shrink, average_share: Float(share),
                coupled_decay: decay, sign: sign)
            forEachPart { start, count in
                unsafe optimizer_loops_asgd_step(
                    pointer + start, gradient.pointer + start, average.pointer + start, count,
                    settings)
            }
        case .rprop(let factors, let limits, let previous, let size):
            let settings = optimizer_loops_rprop(
                shrinking: Float(factors.0), growing: Float(factors.1), smallest: Float(limits.0),
                largest: Float(limits.1), sign: sign)
            forEachPart { start, count in
                unsafe optimizer_loops_rprop_step(
                    pointer + start, gradient.pointer + start, previous.pointer + start,
                    size.pointer + start, count, settings)
            }
        }
    }
}

extension MomentStep {
    fileprivate func settings(_ direction: StepDirection) -> optimizer_loops_moments {
        let (kind, correction): (optimizer_loops_spread, Double) =
            switch spread {
            case .correctedRoot(let correction): (optimizer_loops_corrected_root, correction)
            case .root: (optimizer_loops_root, 1)
            case .one: (optimizer_loops_no_spread, 1)
            }
        return optimizer_loops_moments(
            gradient_rate: Float(gradientRate), average_rate: Float(averageRate),
            one_minus_beta1: Float(1 - betas.0), beta2: Float(betas.1),
            one_minus_beta2: Float(1 - betas.1), epsilon: Float(epsilon),
            second_correction: Float(correction), coupled_decay: direction.coupledDecay,
            shrink: direction.shrink, sign: direction.sign, spread: kind)
    }
}
