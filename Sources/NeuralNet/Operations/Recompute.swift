/// Runs a part of a network without keeping its activations; the backward pass runs it again.
///
/// It trades time for memory. Parameters inside get their gradients as usual; statistics of
/// normalisation move once, and dropout drops the same values both times.
/// Source: `torch.utils.checkpoint.checkpoint` (which lets statistics move twice).
///
/// - Parameters:
///   - x: The part's input.
///   - context: The circumstances of the pass.
///   - part: The forward pass of the part.
/// - Returns: The part's output.
/// - Throws: Whatever `part` throws.
public func recomputed(
    _ x: Variable, _ context: ForwardContext,
    _ part: @escaping (Variable, ForwardContext) throws -> Variable
) throws -> Variable {
    guard let tape = context.tape, x.needsGradient else { return try part(x, context) }
    let output = try part(Variable(x.value), context.recording(on: nil)).value
    return tape.record(output, from: [x]) { gradient in
        let inner = Tape()
        let input = inner.input(x.value)
        let again = try part(input, context.recording(on: inner).repeating())
        try inner.backward(from: again, gradient: gradient)
        return [inner.gradient(of: input)]
    }
}
