import TensorCore
import TrainingInterfaces

/// What to do with a file that cannot be read.
public enum CorruptFilePolicy: String, Sendable, CaseIterable {
    /// Stop with its name.
    case error
    /// Take the next readable sample of the order in its place, count and report it.
    case skip
}

/// Makes any batch of one pass; a value, so that every worker has the same.
struct BatchMaker: Sendable {
    /// A batch and the files that were left out of it.
    struct Output: Sendable {
        let batch: Batch
        let skipped: [DataError]
    }

    /// So many unreadable files in a row are no accident any more.
    private static let patience = 100

    let dataset: any Dataset
    let pipeline: Pipeline
    /// The data set's indices in the order of the pass.
    let order: [Int]
    let batchSize: Int
    /// Random numbers of the pass, by place in the order.
    let random: KeyedRandom
    let policy: CorruptFilePolicy
    let collate: Collate
    /// Whether samples keep the label that their element came with.
    let keepsLabels: Bool

    /// The batch of that number, from 0.
    func batch(_ number: Int) throws -> Output {
        let places = (number * batchSize)..<min((number + 1) * batchSize, order.count)
        var samples: [Sample] = []
        var names: [String] = []
        var skipped: [DataError] = []
        samples.reserveCapacity(places.count)
        names.reserveCapacity(places.count)
        for place in places {
            let (sample, name) = try sample(at: place, &skipped)
            samples.append(sample)
            names.append(name)
        }
        return Output(batch: try collate(samples, names: names), skipped: skipped)
    }

    /// The sample at a place of the order, or the next readable one.
    private func sample(at place: Int, _ skipped: inout [DataError]) throws -> (Sample, String) {
        for step in 0..<min(Self.patience, order.count) {
            do {
                return try read(order[(place + step) % order.count], random: random.at(place))
            } catch let error as DataError where policy == .skip && error.kind == .unreadable {
                skipped.append(error)
            }
        }
        let tried = min(Self.patience, order.count)
        throw DataError(
            file: skipped.last?.file ?? "",
            reason: "the last of \(tried) unreadable files in a row",
            kind: .unfit)
    }

    private func read(_ index: Int, random: KeyedRandom) throws -> (Sample, String) {
        var sample = try dataset.sample(at: index)
        let name = sample.file ?? "sample \(index)"
        let label = keepsLabels ? sample["gt_label"] : nil
        if pipeline.numbersSamples, case .dictionary = sample.value {
            sample["sample_idx"] = .int(index)
        }
        try pipeline.apply(to: &sample, random: random)
        if let label, sample["gt_label"] == nil, case .dictionary = sample.value {
            sample["gt_label"] = label
        }
        return (sample, name)
    }
}
