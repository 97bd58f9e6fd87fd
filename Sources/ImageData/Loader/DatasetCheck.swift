import TensorCore
import TrainingInterfaces

/// Reads every file of a data set and finds those that cannot be read.
///
/// Source: `verify_dataset.py` of MMClassification 0.x.
public struct DatasetCheck: Sendable {
    private let dataset: any Dataset
    private let pipeline: Pipeline
    private let workers: Int

    /// A check of a data set.
    ///
    /// - Parameters:
    ///   - dataset: The data set.
    ///   - pipeline: What reads the files.
    ///   - workers: How many threads read.
    public init(_ dataset: any Dataset, pipeline: Pipeline, workers: Int) {
        self.dataset = dataset
        self.pipeline = pipeline
        self.workers = workers
    }

    /// Reads everything; what is wrong with each broken file, in the order of the data.
    ///
    /// - Parameter progress: Called with the number of elements read and of all.
    /// - Returns: An error each file; a file that comes several times is told once.
    /// - Throws: What is wrong with the data set itself.
    public func run(progress: ((Int, Int) -> Void)? = nil) throws -> [DataError] {
        let (dataset, pipeline) = (dataset, pipeline)
        let count = dataset.count
        let chunk = 64
        let chunks = (count + chunk - 1) / chunk
        let prefetcher = OrderedPrefetcher(count: chunks, workers: workers, depth: workers * 2) {
            number in
            try (number * chunk..<min(count, (number + 1) * chunk)).compactMap {
                try Self.problem($0, dataset, pipeline)
            }
        }
        var files: Set<String> = []
        var problems: [DataError] = []
        for number in 0..<chunks {
            for problem in try prefetcher.take(number) where files.insert(problem.file).inserted {
                problems.append(problem)
            }
            progress?(min(count, (number + 1) * chunk), count)
        }
        return problems
    }

    private static func problem(
        _ index: Int, _ dataset: any Dataset, _ pipeline: Pipeline
    ) throws -> DataError? {
        var sample = try dataset.sample(at: index)
        do {
            try pipeline.apply(to: &sample, random: KeyedRandom(seed: 0))
            return nil
        } catch {
            return error
        }
    }
}
