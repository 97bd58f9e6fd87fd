/// Which algorithm each convolution of a device uses.
///
/// By default a fixed rule over shapes decides. With `timesCandidates` (`cudnn_benchmark` in configs)
/// the candidates are timed when a shape is first met, and the fastest is kept; a checkpoint holds the
/// choices, since the bits of a result depend on them.
public final class AlgorithmChoices {
    /// Whether candidates are timed rather than chosen by rule.
    public var timesCandidates = false
    /// Taken for every convolution that has it, in the rule's place; to check one algorithm everywhere.
    public var preferred: ConvolutionAlgorithm?
    /// What timing has chosen, or a checkpoint brought, by the description of pass and shapes.
    public private(set) var choices: [String: ConvolutionAlgorithm] = [:]
    /// What each convolution uses, in the order in which they were first met.
    public private(set) var inUse: [Entry] = []

    /// An algorithm in use.
    public struct Entry: Sendable {
        /// The pass and shapes.
        public let operation: String
        /// The algorithm.
        public let algorithm: ConvolutionAlgorithm
        /// The kernel library's name of the implementation.
        public let implementation: String
    }

    /// Takes over choices that a checkpoint holds; they come before rule and timing.
    public func restore(_ choices: [String: ConvolutionAlgorithm]) {
        self.choices.merge(choices) { _, saved in saved }
    }

    func choose(_ algorithm: ConvolutionAlgorithm, for operation: String) {
        choices[operation] = algorithm
    }

    func note(_ entry: Entry) { inUse.append(entry) }
}
