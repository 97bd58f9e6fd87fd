public import ConfigCore
public import TrainingInterfaces

/// Several data sets, one after the other.
///
/// Source: `ConcatDataset` of MMClassification. Classes and pipeline are the first one's; the metrics of
/// `evaluation` are those of each part, or with `separate_eval: false` over all parts together.
public struct ConcatDataset: DatasetWithWarnings, WrappingDataset {
    private let parts: [any Dataset]
    /// Where each part begins, and the end of the last.
    private let starts: [Int]
    /// Whether legacy metrics are those of each part.
    public let evaluatesSeparately: Bool

    /// Joins at least one data set.
    public init(_ parts: [any Dataset], evaluatesSeparately: Bool = true) {
        self.parts = parts
        self.evaluatesSeparately = evaluatesSeparately
        starts = parts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    }

    /// Reads `datasets` and `separate_eval`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let registry = try context.value(Registry<any Dataset>.self)
        reader.ignore("lazy_init", "ignore_keys")
        let pipelines = reader.node["datasets"]?.list?.map { $0["pipeline"] } ?? []
        for (place, pipeline) in pipelines.enumerated() where pipeline != pipelines[0] {
            throw reader.failure(
                "datasets", "number \(place) has another pipeline than the first")
        }
        let parts = try reader.buildList("datasets", from: registry, context) ?? []
        guard let first = parts.first else {
            throw reader.failure("datasets", "must name at least one data set")
        }
        for (place, part) in parts.enumerated() where part.classNames != first.classNames {
            throw reader.failure(
                "datasets", "number \(place) has other classes than the first")
        }
        self.init(
            parts, evaluatesSeparately: try reader.value("separate_eval", default: true))
    }

    /// How many elements each part has that is evaluated on its own; empty where none is.
    public var separateCounts: [Int] { evaluatesSeparately ? parts.map(\.count) : [] }

    /// How many elements all parts have.
    public var count: Int { starts.last ?? 0 }
    /// The first part's classes.
    public var classNames: [String]? { parts.first?.classNames }
    /// The first part's pipeline, which is that of all.
    public var pipeline: Pipeline { parts.first?.pipeline ?? Pipeline() }
    /// What the parts found.
    public var warnings: [String] {
        parts.flatMap { ($0 as? any DatasetWithWarnings)?.warnings ?? [] }
    }

    func origin(of index: Int) -> (dataset: any Dataset, index: Int) {
        let (part, place) = place(of: index)
        return (parts[part], place)
    }

    /// The class of an element.
    public func label(at index: Int) -> Int? {
        let (part, place) = place(of: index)
        return parts[part].label(at: place)
    }

    /// An element, before the pipeline.
    public func sample(at index: Int) throws -> Sample {
        let (part, place) = place(of: index)
        return try parts[part].sample(at: place)
    }

    private func place(of index: Int) -> (part: Int, place: Int) {
        var (low, high) = (0, parts.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if starts[middle] <= index { low = middle } else { high = middle - 1 }
        }
        return (low, index - starts[low])
    }
}
