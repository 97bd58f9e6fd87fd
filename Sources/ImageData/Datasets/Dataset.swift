public import TrainingInterfaces

/// A collection of elements that can be read in any order, by several threads at once.
public protocol Dataset: Sendable {
    /// How many elements there are.
    var count: Int { get }
    /// Names of the classes, where the data has classes.
    var classNames: [String]? { get }
    /// What turns elements into samples; without transforms they are samples already.
    var pipeline: Pipeline { get }
    /// The class of an element, where it is known without reading its data.
    func label(at index: Int) -> Int?
    /// An element, before the pipeline.
    func sample(at index: Int) throws -> Sample
}

extension Dataset {
    /// No names.
    public var classNames: [String]? { nil }
    /// No transforms: elements are samples already.
    public var pipeline: Pipeline { Pipeline() }
    /// Not known without reading.
    public func label(at index: Int) -> Int? { nil }
}

/// A data set that found something its user should hear about when a run starts.
public protocol DatasetWithWarnings: Dataset {
    /// The messages, in the form `place: problem; remedy`.
    var warnings: [String] { get }
}
