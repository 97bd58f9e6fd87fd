public import TensorCore

/// Everything between a loss and the changed parameters: backward pass, accumulation, clipping, step.
///
/// Hooks of both config styles only call it. The gradients of its optimizer lie in one buffer in
/// parameter order, so that norm and clipping are one pass.
public final class OptimWrapper {
    /// The optimizer that steps.
    public let optimizer: Optimizer
    /// How gradients are clipped before each step.
    public var clip: GradientClip?
    /// Which backward passes share a step.
    public var window: GradientWindow
    /// How the loss is scaled in mixed precision; nil in single precision.
    public var scaler: LossScaler?
    /// What makes gradients those of all processes; nil in a run of one.
    public var average: ((Tensor) throws -> Void)?
    /// Takes the norm of the gradients before each clipping.
    public var tellNorm: ((Double) -> Void)?
    /// The optimizer's own settings, where it has several groups: schedulers move them along, so that logs
    /// can tell a rate that no group's rules have changed.
    public let baseSettings: ParameterGroup?
    private let gradients: Tensor
    private let slices: [(parameter: Parameter, storage: Tensor)]

    /// Wraps an optimizer; its parameters' gradients move into one buffer.
    ///
    /// - Parameters:
    ///   - optimizer: The optimizer.
    ///   - clip: How gradients are clipped before each step.
    ///   - accumulativeCounts: How many backward passes share a step.
    ///   - scaler: How the loss is scaled, for mixed precision.
    /// - Throws: `OptionError` where the optimizer has nothing to step.
    public init(
        _ optimizer: Optimizer, clip: GradientClip? = nil, accumulativeCounts: Int = 1,
        scaler: LossScaler? = nil
    ) throws {
        guard accumulativeCounts > 0 else {
            throw OptionError(
                option: "accumulative_counts",
                problem: "expected a positive integer, got \(accumulativeCounts)")
        }
        self.optimizer = optimizer
        self.clip = clip
        self.scaler = scaler
        window = GradientWindow(accumulativeCounts)
        baseSettings =
            optimizer.groups.count > 1
            ? ParameterGroup([], options: optimizer.defaults.map { ($0.name, $0.value) }) : nil
        var seen: Set<ObjectIdentifier> = []
        let parameters = optimizer.parameters.filter { seen.insert(ObjectIdentifier($0)).inserted }
        guard let device = parameters.first?.value.device else {
            throw OptionError(
                option: "params", problem: "the optimizer got an empty parameter list")
        }
        let count = parameters.reduce(0) { $0 + $1.value.shape.elementCount }
        let buffer = try device.zeros([count])
        var start = 0
        slices = try parameters.map { parameter in
            let slice = try buffer.slice(from: start, shape: parameter.value.shape)
            start += parameter.value.shape.elementCount
            try parameter.useGradientStorage(slice)
            return (parameter, slice)
        }
        gradients = buffer
    }

    /// Forgets all gradients.
    public func clearGradients() {
        for (parameter, _) in slices { parameter.clearGradient() }
    }

    /// Adds the gradients of a loss, divided by `divisor` first, to those gathered so far.
    public func backward(_ loss: Variable, on tape: Tape, divisor: Double = 1) throws {
        let device = loss.value.device
        try device.measured("backward", .phase) {
            try tape.backward(
                from: loss, gradient: device.full(loss.shape, Float(1 / divisor)))
        }
    }

    /// Parameters with a gradient.
    public var parametersWithGradient: [Parameter] {
        slices.lazy.map(\.parameter).filter { $0.requiresGradient && $0.gradient != nil }
    }

    /// The mean of the gathered gradients over all processes, by way of `average`.
    public func averageGradients(_ average: (Tensor) throws -> Void) throws {
        try zeroAbsentGradients()
        try average(gradients)
    }

    /// Clips as `clip` says; the joint norm before it, or nil where there was nothing to clip.
    public func clipGradients() throws -> Double? {
        guard let clip, !parametersWithGradient.isEmpty else { return nil }
        try zeroAbsentGradients()
        switch clip {
        case .value(let maximum):
            try gradients.clamp(to: Float(maximum))
            return nil
        case .norm(let maximum, let order):
            let norm = try gradients.norm(order: order)
            let scale = maximum / (norm + 1e-6)
            // A norm that is no number makes every gradient none, as in PyTorch.
            if !(scale >= 1) { try gradients.scale(by: Float(scale)) }
            return norm
        }
    }

    /// Divides the gathered gradients by the factor their loss was multiplied with; whether they are finite.
    public func unscaleGradients(by scale: Double) throws -> Bool {
        try zeroAbsentGradients()
        if scale != 1 { try gradients.scale(by: Float(1 / scale)) }
        return try gradients.norm(order: 2).isFinite
    }

    /// One step of the optimizer on the gathered gradients.
    public func step() throws {
        try gradients.device.measured("\(optimizer.typeName).step", .phase) {
            try optimizer.step()
        }
    }

    /// Learns from a loss: runs the backward pass and, where that fills a window, clips and steps; the norm
    /// before clipping.
    ///
    /// Source: `OptimWrapper.update_params` of MMEngine.
    @discardableResult
    public func updateParameters(_ loss: Variable, on tape: Tape) throws -> Double? {
        if window.isEmpty { clearGradients() }
        try backward(loss, on: tape, divisor: Double(window.divisor) / (scaler?.scale ?? 1))
        let isDue = window.isLastPass
        window.passes += 1
        guard isDue else { return nil }
        let norm = try stepOnGathered()
        // Only what an open window has gathered belongs into a checkpoint.
        if window.size > 1 { clearGradients() }
        return norm
    }

    /// Averages, unscales and clips the gathered gradients and steps on them; the norm before clipping.
    ///
    /// A step whose gradients are not finite is left out in mixed precision.
    @discardableResult
    public func stepOnGathered() throws -> Double? {
        if let average { try averageGradients(average) }
        let isFinite = try scaler.map { try unscaleGradients(by: $0.scale) } ?? true
        let norm = try clipGradients()
        if let norm { tellNorm?(norm) }
        if isFinite { try step() }
        scaler?.update(gradientsWereFinite: isFinite)
        return norm
    }

    /// The circumstances of a forward pass that this optimizer learns from: in mixed precision where it has
    /// a scaler and the processor is fast at it.
    ///
    /// Source: `OptimWrapper.optim_context` of MMEngine.
    public func optimContext(_ context: ForwardContext) -> ForwardContext {
        scaler != nil && context.device.hasFastBFloat16
            ? context.computing(in: .bfloat16) : context
    }

    /// Gradients gathered so far inside an accumulation window, by parameter number; for checkpoints.
    public func gatheredGradients() throws -> [Int: PlainTensor] {
        var gathered: [Int: PlainTensor] = [:]
        for (number, slice) in slices.enumerated() {
            guard let gradient = slice.parameter.gradient else { continue }
            gathered[number] = PlainTensor(try gradient.plainValues(), shape: gradient.shape)
        }
        return gathered
    }

    /// Continues an accumulation window with gradients a checkpoint held.
    public func restoreGradients(_ gathered: [Int: PlainTensor]) throws {
        for (number, slice) in slices.enumerated() {
            slice.parameter.clearGradient()
            guard let saved = gathered[number], saved.shape == slice.storage.shape else { continue }
            try slice.storage.assign(saved.floats)
            slice.parameter.markGradientPresent()
        }
    }

    /// The buffer is read whole, so places that no backward pass reached must not hold old values.
    private func zeroAbsentGradients() throws {
        for (parameter, storage) in slices where parameter.gradient == nil {
            try storage.fill(0)
        }
    }
}
