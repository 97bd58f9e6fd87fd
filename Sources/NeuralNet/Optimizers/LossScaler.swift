/// Keeps small gradients from vanishing: the loss is multiplied before the backward pass, the gradients
/// divided after it.
///
/// Source: `torch.cuda.amp.GradScaler`, with its names in checkpoints.
public struct LossScaler: Sendable, Equatable {
    /// The present factor.
    public private(set) var scale: Double
    /// What the factor grows by after `growthInterval` good steps.
    public var growthFactor = 2.0
    /// What the factor shrinks by after a step whose gradients were not finite.
    public var backoffFactor = 0.5
    /// How many good steps in a row let the factor grow.
    public var growthInterval = 2000
    /// The factor that never changes, where there is one.
    public let fixedScale: Double?
    private var goodSteps = 0

    /// A scaler whose factor follows the gradients.
    public init(initialScale: Double = 65536) {
        scale = initialScale
        fixedScale = nil
    }

    /// A scaler whose factor stays.
    public init(fixedScale: Double) {
        scale = fixedScale
        self.fixedScale = fixedScale
    }

    /// Takes note of whether a step's gradients were finite.
    public mutating func update(gradientsWereFinite: Bool) {
        if let fixedScale {
            scale = fixedScale
        } else if !gradientsWereFinite {
            scale *= backoffFactor
            goodSteps = 0
        } else {
            goodSteps += 1
            guard goodSteps == growthInterval else { return }
            scale *= growthFactor
            goodSteps = 0
        }
    }

    /// The numbers a checkpoint keeps, under PyTorch's names.
    public var state: [(name: String, value: Double)] {
        [
            ("scale", scale), ("growth_factor", growthFactor), ("backoff_factor", backoffFactor),
            ("growth_interval", Double(growthInterval)), ("_growth_tracker", Double(goodSteps)),
        ]
    }

    /// Continues with saved numbers; a missing one keeps its value.
    public mutating func restore(_ state: [String: Double]) {
        scale = state["scale"] ?? scale
        growthFactor = state["growth_factor"] ?? growthFactor
        backoffFactor = state["backoff_factor"] ?? backoffFactor
        growthInterval = state["growth_interval"].map { Int($0) } ?? growthInterval
        goodSteps = state["_growth_tracker"].map { Int($0) } ?? goodSteps
    }
}
