import Foundation

/// The optimizers that adapt to the size of gradients, on one parameter, in double precision.
///
/// Source: the formulas in the documentation of `torch.optim`.
package struct ReferenceAdaptiveOptimizer {
    package enum Kind: Sendable { case rmsProp, adagrad, adadelta, adamax, nadam, radam }

    package let kind: Kind
    package var learningRate = 0.1
    package var betas = (0.9, 0.999)
    /// RMSprop's alpha, Adadelta's rho.
    package var decay = 0.9
    package var epsilon = 1e-8
    package var weightDecay = 0.0
    package var decoupled = false
    package var maximize = false
    package var momentum = 0.0
    package var centered = false
    package var rateDecay = 0.0
    package var initialSum = 0.0
    package var momentumDecay = 4e-3
    private var count = 0
    private var momentumProduct = 1.0
    /// Three remembered numbers a value; what they are depends on the kind.
    private var memory: [(Double, Double, Double)] = []

    /// An optimizer; set properties for the rest.
    package init(_ kind: Kind) { self.kind = kind }

    /// One step.
    package mutating func step(_ values: inout [Double], gradient: [Double]) {
        if count == 0 {
            let first = kind == .adagrad ? initialSum : 0
            memory = Array(repeating: (first, 0, 0), count: values.count)
        }
        count += 1
        momentumProduct *= momentumWeight(count)
        for place in values.indices {
            var direction = maximize ? -gradient[place] : gradient[place]
            if decoupled {
                values[place] -= learningRate * weightDecay * values[place]
            } else {
                direction += weightDecay * values[place]
            }
            values[place] -= change(direction, &memory[place])
        }
    }

    private func momentumWeight(_ step: Int) -> Double {
        betas.0 * (1 - 0.5 * pow(0.96, Double(step) * momentumDecay))
    }

    private func change(_ g: Double, _ m: inout (Double, Double, Double)) -> Double {
        switch kind {
        case .rmsProp:
            m.0 = decay * m.0 + (1 - decay) * g * g
            m.1 = decay * m.1 + (1 - decay) * g
            let spread = (centered ? m.0 - m.1 * m.1 : m.0).squareRoot() + epsilon
            m.2 = momentum * m.2 + g / spread
            return learningRate * m.2
        case .adagrad:
            m.0 += g * g
            let rate = learningRate / (1 + Double(count - 1) * rateDecay)
            return rate * g / (m.0.squareRoot() + epsilon)
        case .adadelta:
            m.0 = decay * m.0 + (1 - decay) * g * g
            let change = ((m.1 + epsilon) / (m.0 + epsilon)).squareRoot() * g
            m.1 = decay * m.1 + (1 - decay) * change * change
            return learningRate * change
        case .adamax:
            m.0 = betas.0 * m.0 + (1 - betas.0) * g
            m.1 = max(betas.1 * m.1, abs(g) + epsilon)
            return learningRate / (1 - pow(betas.0, Double(count))) * m.0 / m.1
        case .nadam, .radam:
            m.0 = betas.0 * m.0 + (1 - betas.0) * g
            m.1 = betas.1 * m.1 + (1 - betas.1) * g * g
            return kind == .nadam ? nesterovChange(g, m) : rectifiedChange(m)
        }
    }

    private func nesterovChange(_ g: Double, _ m: (Double, Double, Double)) -> Double {
        let next = momentumWeight(count + 1)
        let average =
            next * m.0 / (1 - momentumProduct * next)
            + (1 - momentumWeight(count)) * g / (1 - momentumProduct)
        let square = m.1 / (1 - pow(betas.1, Double(count)))
        return learningRate * average / (square.squareRoot() + epsilon)
    }

    private func rectifiedChange(_ m: (Double, Double, Double)) -> Double {
        let average = m.0 / (1 - pow(betas.0, Double(count)))
        let fading = pow(betas.1, Double(count))
        let limit = 2 / (1 - betas.1) - 1
        let length = limit - 2 * Double(count) * fading / (1 - fading)
        guard length > 5 else { return learningRate * average }
        let rectification =
            ((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length))
            .squareRoot()
        return learningRate * average * rectification * (1 - fading).squareRoot()
            / (m.1.squareRoot() + epsilon)
    }
}
