/// Which backward passes share one step of an optimizer, and by what their losses are divided.
///
/// The last passes of a run, where they do not fill a window, make a smaller one.
public struct GradientWindow: Sendable, Equatable {
    /// How many passes share a step.
    public let size: Int
    /// How many passes lie behind.
    public var passes = 0
    /// How many passes the run has; nil where that is not known.
    public var total: Int?

    /// Windows of a size, at the beginning of a run.
    public init(_ size: Int = 1, passes: Int = 0, total: Int? = nil) {
        self.size = size
        self.passes = passes
        self.total = total
    }

    /// Whether the next pass is one of the last, which do not fill a window.
    public var isRemainder: Bool {
        guard let total else { return false }
        return (total - total % size..<total).contains(passes)
    }

    /// What the loss of the next pass is divided by.
    public var divisor: Int { isRemainder ? (total ?? 0) % size : size }

    /// Whether the next pass is the first of a window.
    public var isEmpty: Bool { passes.isMultiple(of: size) }

    /// Whether the optimizer steps after the next pass.
    public var isLastPass: Bool { (passes + 1).isMultiple(of: size) || passes + 1 == total }
}
