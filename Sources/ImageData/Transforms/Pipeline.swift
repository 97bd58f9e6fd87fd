public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// The transforms that turn an element of a data set into what is batched, in order.
public struct Pipeline: Sendable {
    /// The transforms.
    public let transforms: [any Transform]
    /// For each transform its number among the random ones, or nil.
    private let ordinals: [Int?]
    /// Whether samples should know their place in the data set, as those of MMEngine do.
    let numbersSamples: Bool

    /// A pipeline of these steps; none leaves elements as they are.
    public init(_ transforms: [any Transform] = []) {
        self.transforms = transforms
        numbersSamples = transforms.contains { $0 is PackInputs }
        var count = 0
        ordinals = transforms.map { transform in
            guard transform.isRandom else { return nil }
            defer { count += 1 }
            return count
        }
    }

    /// Builds the pipeline under a key of a data set's config, by the context's registry of transforms.
    ///
    /// - Parameters:
    ///   - key: The key of the list of transforms; absent means none.
    ///   - reader: The data set's config.
    ///   - context: Holds the registry.
    /// - Throws: `ConfigError` naming every transform with a mistake.
    public init(
        _ key: String = "pipeline", from reader: inout ConfigReader, _ context: BuildContext
    ) throws {
        let registry = try context.value(Registry<any Transform>.self)
        self.init(try reader.buildList(key, from: registry, context) ?? [])
    }

    /// Applies all transforms to a sample.
    ///
    /// - Parameters:
    ///   - sample: An element of a data set.
    ///   - random: The place of the sample's random numbers; each random transform has its own below it.
    /// - Throws: `DataError` with the sample's file.
    public func apply(to sample: inout Sample, random: KeyedRandom) throws(DataError) {
        var unused = random.stream()
        do {
            for (transform, ordinal) in zip(transforms, ordinals) {
                if let ordinal {
                    var stream = random.at(ordinal).stream()
                    try transform.apply(to: &sample, random: &stream)
                } else {
                    try transform.apply(to: &sample, random: &unused)
                }
            }
        } catch let error as DataError {
            throw error
        } catch {
            throw DataError(file: sample.file ?? "sample", reason: "\(error)", kind: .unfit)
        }
    }
}
