public import TensorCore

/// How the processes of one training run talk to each other.
public protocol Communicator: AnyObject {
    /// The number of this process, from 0.
    var rank: Int { get }
    /// How many processes there are.
    var size: Int { get }
    /// Replaces the values by their mean over all processes.
    func averageInPlace(_ values: Tensor) throws
}

/// The communicator of a run with one process.
public final class SingleProcess: Communicator {
    /// A run of its own.
    public init() {}
    /// Always 0.
    public var rank: Int { 0 }
    /// Always 1.
    public var size: Int { 1 }
    /// Leaves the values as they are: they are their own mean.
    public func averageInPlace(_ values: Tensor) throws {}
}
