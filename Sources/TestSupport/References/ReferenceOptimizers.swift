import Foundation

/// Stochastic gradient descent on one parameter, in double precision.
///
/// Source: the formulas in the documentation of `torch.optim.SGD`.
package struct ReferenceSGD {
    package var learningRate = 0.1
    package var momentum = 0.0
    package var dampening = 0.0
    package var weightDecay = 0.0
    package var nesterov = false
    package var maximize = false
    private var velocity: [Double]?

    /// Plain descent; set properties for the rest.
    package init() {}

    /// One step.
    package mutating func step(_ values: inout [Double], gradient: [Double]) {
        var direction = zip(values, gradient).map { value, slope in
            (maximize ? -slope : slope) + weightDecay * value
        }
        if momentum != 0 {
            let next =
                velocity.map { old in
                    zip(old, direction).map { momentum * $0 + (1 - dampening) * $1 }
                } ?? direction
            velocity = next
            direction =
                nesterov ? zip(direction, next).map { $0 + momentum * $1 } : next
        }
        for place in values.indices { values[place] -= learningRate * direction[place] }
    }
}

/// Adam and AdamW on one parameter, in double precision.
///
/// Source: the formulas in the documentation of `torch.optim.Adam` and `torch.optim.AdamW`.
package struct ReferenceAdam {
    package var learningRate = 0.1
    package var betas = (0.9, 0.999)
    package var epsilon = 1e-8
    package var weightDecay = 0.0
    package var decoupled = false
    package var amsgrad = false
    package var maximize = false
    private var count = 0
    private var average: [Double] = []
    private var square: [Double] = []
    private var largest: [Double] = []

    /// Adam with PyTorch's defaults but the learning rate; set properties for the rest.
    package init() {}

    /// One step.
    package mutating func step(_ values: inout [Double], gradient: [Double]) {
        if count == 0 {
            average = [Double](repeating: 0, count: values.count)
            (square, largest) = (average, average)
        }
        count += 1
        let first = 1 - pow(betas.0, Double(count))
        let second = 1 - pow(betas.1, Double(count))
        for place in values.indices {
            var direction = maximize ? -gradient[place] : gradient[place]
            if decoupled {
                values[place] -= learningRate * weightDecay * values[place]
            } else {
                direction += weightDecay * values[place]
            }
            average[place] = betas.0 * average[place] + (1 - betas.0) * direction
            square[place] = betas.1 * square[place] + (1 - betas.1) * direction * direction
            largest[place] = max(largest[place], square[place])
            let spread = ((amsgrad ? largest : square)[place] / second).squareRoot() + epsilon
            values[place] -= learningRate * average[place] / first / spread
        }
    }
}
