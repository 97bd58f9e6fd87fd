public import ConfigCore
public import TrainingInterfaces

/// A data set gone through several times in one pass.
///
/// Source: `RepeatDataset` of MMClassification.
public struct RepeatDataset: WrappingDataset {
    private let dataset: any Dataset
    private let times: Int

    /// Repeats a data set.
    public init(_ dataset: any Dataset, times: Int) {
        self.dataset = dataset
        self.times = times
    }

    /// Reads `dataset` and `times`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let registry = try context.value(Registry<any Dataset>.self)
        guard let dataset = try reader.build("dataset", from: registry, context) else {
            throw reader.failure("dataset", "the data set to repeat is missing")
        }
        let times: Int = try reader.required("times")
        reader.ignore("lazy_init")
        guard times > 0 else { throw reader.failure("times", "must be positive") }
        self.init(dataset, times: times)
    }

    func origin(of index: Int) -> (dataset: any Dataset, index: Int) {
        (dataset, index % dataset.count)
    }

    /// How many elements a pass has.
    public var count: Int { dataset.count * times }
    /// The repeated data set's classes.
    public var classNames: [String]? { dataset.classNames }
    /// The repeated data set's pipeline.
    public var pipeline: Pipeline { dataset.pipeline }
    /// The class of an element.
    public func label(at index: Int) -> Int? { dataset.label(at: index % dataset.count) }
    /// An element, before the pipeline.
    public func sample(at index: Int) throws -> Sample {
        try dataset.sample(at: index % dataset.count)
    }
}
