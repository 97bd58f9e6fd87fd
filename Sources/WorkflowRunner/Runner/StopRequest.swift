import Synchronization

/// A wish to stop a run, made from any thread or signal source and read between its steps.
public final class StopRequest: Sendable {
    private static let none: Int32 = -1
    private let value = Atomic<Int32>(none)

    /// No wish yet.
    public init() {}

    /// Asks the run to stop after its current step, naming the signal that wants it, if one does.
    public func request(signal: Int32? = nil) {
        value.store(signal ?? 0, ordering: .relaxed)
    }

    /// Whether somebody asked.
    public var isRequested: Bool { value.load(ordering: .relaxed) != Self.none }

    /// The signal that asked, if one did.
    public var signal: Int32? {
        let value = value.load(ordering: .relaxed)
        return value > 0 ? value : nil
    }
}
