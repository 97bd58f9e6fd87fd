/// Where a batch source stands: all that its next batch depends on, beside its seed and data.
public struct SourcePosition: Sendable, Equatable {
    /// The pass over the data that is in progress or comes next, counted from 0.
    public var epoch: Int
    /// How many batches of that pass have been handed out.
    public var batch: Int
    /// The seed under which the pass in progress is shuffled; nil between passes or without shuffling.
    public var orderSeed: UInt64?
    /// Whether a pass has ever begun (the first one draws once more from the run's generator).
    public var hasBegun: Bool
    /// Whether a pass is in progress; one that has handed out a batch is.
    ///
    /// Going on inside it must not begin it again: beginning may draw from the run's generator.
    public var isInsidePass: Bool { hasOpenPass || batch > 0 || orderSeed != nil }
    private let hasOpenPass: Bool

    /// A source before its first pass.
    public init(
        epoch: Int = 0, batch: Int = 0, orderSeed: UInt64? = nil, hasBegun: Bool = false,
        isInsidePass: Bool = false
    ) {
        self.epoch = epoch
        self.batch = batch
        self.orderSeed = orderSeed
        self.hasBegun = hasBegun
        hasOpenPass = isInsidePass
    }
}

/// Hands out the batches of a data set, pass by pass.
///
/// A source is used on the model's thread; its workers, if it has any, are its own business. Batches
/// are a function of seed, data and position alone.
public protocol BatchSource: AnyObject {
    /// How many batches one pass has.
    var batchesPerEpoch: Int { get }
    /// How many samples one pass has.
    var sampleCount: Int { get }
    /// Names of the classes, where the data has classes.
    var classNames: [String]? { get }
    /// Where the source stands.
    var position: SourcePosition { get }

    /// Starts a pass from its first batch, leaving one in progress; `epoch` numbers it from 0.
    func begin(epoch: Int) throws
    /// The next batch of the pass in progress, or nil at its end.
    func next() throws -> Batch?
    /// Continues where a checkpoint stood; the next batch is the one that would have come.
    func restore(_ position: SourcePosition) throws
}
