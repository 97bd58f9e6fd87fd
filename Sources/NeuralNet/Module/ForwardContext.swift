public import TensorCore

/// What a forward pass runs under.
public struct ForwardContext {
    /// Whether layers behave as in training or as in evaluation.
    public enum Mode: Sendable {
        case training
        case evaluation
    }

    /// Training or evaluation.
    public private(set) var mode: Mode
    /// Records operations for the backward pass; nil where there will be none.
    public private(set) var tape: Tape?
    /// Where tensors live and kernels run.
    public let device: Device
    /// Random numbers of this iteration; a layer draws under its own name.
    public let random: KeyedRandom
    /// What convolutions compute in; layers behind them go on in the type they are given.
    public private(set) var precision: ElementType
    /// What the caller of the run hands to the model's steps.
    public let stepOptions: StepOptions

    /// Whether running statistics follow the batches of training; not where a pass is repeated.
    public private(set) var updatesStatistics = true

    /// Whether running statistics become those of the batch instead of moving towards them.
    public private(set) var replacesStatistics = false

    /// Counts what is computed; nil where nobody wants to know.
    public private(set) var counter: OperationCounter?

    /// The circumstances of one forward pass.
    public init(
        mode: Mode, tape: Tape?, device: Device, random: KeyedRandom,
        precision: ElementType = .float32, stepOptions: StepOptions = StepOptions()
    ) {
        self.mode = mode
        self.tape = tape
        self.device = device
        self.random = random
        self.precision = precision
        self.stepOptions = stepOptions
    }

    /// The same, in another mode.
    public func changing(to mode: Mode) -> ForwardContext {
        var context = self
        context.mode = mode
        return context
    }

    /// The same, with what is computed counted.
    public func counting(with counter: OperationCounter) -> ForwardContext {
        var context = self
        context.counter = counter
        return context
    }

    /// The same, recorded on another tape or on none.
    public func recording(on tape: Tape?) -> ForwardContext {
        var context = self
        context.tape = tape
        return context
    }

    /// The same, with convolutions that compute in another type.
    public func computing(in precision: ElementType) -> ForwardContext {
        var context = self
        context.precision = precision
        return context
    }

    /// The same, for a pass that was run before and must leave no further trace.
    public func repeating() -> ForwardContext {
        var context = self
        context.updatesStatistics = false
        return context
    }

    /// The same, with running statistics that become those of every batch.
    public func replacingStatistics() -> ForwardContext {
        var context = self
        context.replacesStatistics = true
        return context
    }

    /// A parameter as an operand; a constant where nothing is recorded.
    public func variable(_ parameter: Parameter) -> Variable {
        tape?.variable(parameter) ?? Variable(parameter.value)
    }

    /// Records how to get from an output's gradient to those of its inputs, if anything is recorded.
    ///
    /// An operation is a function of variables that computes its output, then calls this with what
    /// brings the output's gradient back to each input (nil where an input needs none). Measured times
    /// are told under the function's name.
    public func record(
        _ output: Tensor, from inputs: [Variable], function: StaticString = #function,
        pullback: @escaping Tape.Pullback
    ) -> Variable {
        record(output, from: inputs, function: function, gathering: { try pullback(Tape.sum($0)) })
    }

    /// The same for an operation that takes the parts of its output's gradient as they come, and sums
    /// them up in passing.
    func record(
        _ output: Tensor, from inputs: [Variable], function: StaticString = #function,
        gathering: @escaping Tape.GatheringPullback
    ) -> Variable {
        device.recorder?.operationDidEnd(
            operationName(function), shapes: inputs.map(\.shape))
        return tape?.record(output, from: inputs, function: function, gathering: gathering)
            ?? Variable(output)
    }
}
