import Synchronization

/// Wishes made from any thread or signal source and read by a run between its steps: to stop, or to
/// save a checkpoint and go on.
public final class StopRequest: Sendable {
    private static let none: Int32 = -1
    private let value = Atomic<Int32>(none)
    private let wantsCheckpoint = Atomic<Bool>(false)

    /// No wish yet.
    public init() {}

    /// Asks the run to stop after its current step, naming the signal that wants it, if one does.
    public func request(signal: Int32? = nil) {
        value.store(signal ?? 0, ordering: .relaxed)
    }

    /// Asks the run to save a checkpoint after its current step and go on.
    public func requestCheckpoint() { wantsCheckpoint.store(true, ordering: .relaxed) }

    /// Whether somebody asked for a checkpoint since the last call.
    func takeCheckpointRequest() -> Bool {
        wantsCheckpoint.load(ordering: .relaxed)
            && wantsCheckpoint.exchange(false, ordering: .relaxed)
    }

    /// Whether somebody asked to stop.
    public var isRequested: Bool { value.load(ordering: .relaxed) != Self.none }

    /// The signal that asked, if one did.
    public var signal: Int32? {
        let value = value.load(ordering: .relaxed)
        return value > 0 ? value : nil
    }
}
