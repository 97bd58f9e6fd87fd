public import ConfigCore
import TensorCore
public import TrainingInterfaces

/// Puts samples together to a batch: a function of one's own, or one of the two that configs know.
public struct Collate: Sendable {
    private let function: @Sendable ([Sample], [String]) throws -> Batch

    /// As PyTorch's default collate function does, and MMEngine's `default_collate`.
    ///
    /// Arrays are stacked under a new first dimension; integers and truth values become an `Int64` array,
    /// fractions a `Float` one; texts become a list. Dictionaries, tuples and lists are put together part
    /// by part, `img_metas` alone stays a list with one dictionary a sample.
    /// Errors: throws `DataError` naming two samples whose parts do not go together.
    public init() {
        function = { samples, names in
            let parts = StackedParts(values: samples.map(\.value), names: names, path: "")
            return Batch(try parts.collated(), sampleCount: samples.count)
        }
    }

    /// As a function of one's own does, which gets at least one sample.
    public init(_ function: @escaping @Sendable ([Sample]) throws -> Batch) {
        self.function = { samples, _ in try function(samples) }
    }

    /// As MMEngine's `pseudo_collate` does: nothing is stacked, what stands in the same place of each sample
    /// becomes a list.
    ///
    /// Errors: throws `DataError` naming two samples whose parts do not go together.
    public static let pseudo = Collate(listing: ())

    private init(listing: Void) {
        function = { samples, names in
            let value = try ListedParts(values: samples.map(\.value), names: names).collated()
            return Batch(value, sampleCount: samples.count)
        }
    }

    /// Puts samples together.
    ///
    /// - Parameters:
    ///   - samples: At least one sample.
    ///   - names: What messages call each of them: its file.
    /// - Returns: The batch.
    /// - Throws: `DataError` naming two samples whose parts do not go together; whatever a function of one's
    ///   own throws.
    public func callAsFunction(_ samples: [Sample], names: [String]) throws -> Batch {
        try function(samples, names)
    }
}

/// The collate functions that configs name.
public let standardCollates: Registry<Collate> = {
    var registry = Registry<Collate>("collate function")
    registry.register("default_collate") { _, _ in Collate() }
    registry.register("pseudo_collate") { _, _ in .pseudo }
    return registry
}()
