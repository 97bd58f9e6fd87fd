public import TrainingInterfaces

/// Elements of another data set in an order of their own: some left out, some repeated.
public struct ArrangedDataset: DatasetWithWarnings, WrappingDataset {
    private let dataset: any Dataset
    private let order: [Int]

    /// The elements of `dataset` at these places.
    public init(_ dataset: any Dataset, order: [Int]) {
        self.dataset = dataset
        self.order = order
    }

    func origin(of index: Int) -> (dataset: any Dataset, index: Int) { (dataset, order[index]) }

    /// How many elements there are.
    public var count: Int { order.count }
    /// The data set's classes.
    public var classNames: [String]? { dataset.classNames }
    /// The data set's pipeline.
    public var pipeline: Pipeline { dataset.pipeline }
    /// What the data set found.
    public var warnings: [String] { (dataset as? any DatasetWithWarnings)?.warnings ?? [] }
    /// The class of an element.
    public func label(at index: Int) -> Int? { dataset.label(at: order[index]) }
    /// An element, before the pipeline.
    public func sample(at index: Int) throws -> Sample { try dataset.sample(at: order[index]) }
}
