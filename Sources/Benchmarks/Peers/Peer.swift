/// Somebody else's program for the same work.
struct Peer {
    /// What it is made with, such as `PyTorch`.
    let library: String
    /// The name in reports.
    let name: String
    /// Starts it; it ends with the last reference to it.
    let start: () throws -> any Opponent
}

/// A peer that has been started.
protocol Opponent {
    /// What it runs on, such as `PyTorch 2.13.0`.
    var version: String { get }
    /// Does the work once.
    ///
    /// Errors: throws `PeerFailure`.
    func step() throws -> Turn
}

/// What a peer's repetition gave.
struct Turn {
    let seconds: Double
    /// The most memory its process has had, where it is known.
    let peakBytes: Int?
}

/// Why a peer cannot be measured.
struct PeerFailure: Error {
    /// The program that was to run it.
    let program: String
    let reason: String
    /// Whether no other peer can be measured with that program either.
    let concernsAll: Bool
}
