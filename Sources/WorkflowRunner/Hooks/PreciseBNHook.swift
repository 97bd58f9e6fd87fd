public import ConfigCore
import Logging
import NeuralNet
import TensorCore
import TrainingInterfaces

/// Takes the statistics of batch normalisation anew over many batches, with the weights of an epoch's end.
///
/// Its pass over the training data draws its own order from the run's generator, as the original's does.
/// Source: MMClassification's `PreciseBNHook`. Other than there, too few samples for a batch are refused
/// rather than making every statistic 0.
public final class PreciseBNHook: AfterTrainEpoch, RunChecking {
    /// Over how many samples, at most one pass.
    public let sampleCount: Int
    /// Every how many epochs.
    public let interval: Int

    /// A hook of these settings.
    public init(sampleCount: Int = 8192, interval: Int = 1) {
        self.sampleCount = sampleCount
        self.interval = interval
    }

    /// Reads `num_samples` and `interval`.
    public convenience init(from reader: inout ConfigReader) throws {
        let sampleCount = try reader.value("num_samples", default: 8192)
        let interval = try reader.value("interval", default: 1)
        for (key, value) in [("num_samples", sampleCount), ("interval", interval)] where value <= 0
        {
            throw reader.failure(key, "expected a positive number, got \(value)")
        }
        self.init(sampleCount: sampleCount, interval: interval)
    }

    /// Refuses a run by iterations, which has no epochs' ends, and fewer samples than a batch has.
    public func check(_ runner: BaseRunner, _ sources: [PhaseSource]) throws {
        guard runner.countsByEpoch else {
            throw RunnerError(
                "PreciseBNHook", "the runner counts iterations, so the hook would never act",
                remedy: "use EpochBasedRunner, or leave the hook out")
        }
        for (phase, source) in sources where phase == "train" {
            let batches = max(1, source.batchesPerEpoch)
            _ = try batchCount(batchSize: (source.sampleCount + batches - 1) / batches, source)
        }
    }

    /// Takes the statistics anew where it is due.
    public func afterTrainEpoch(_ runner: BaseRunner) throws {
        guard runner.isEvery(epochs: interval), !runner.isStopping,
            let loader = runner.dataLoader
        else { return }
        runner.logger.info("Running Precise BN for \(sampleCount) items...")
        let layers = runner.model.namedModules().compactMap { $0.module as? BatchNorm2d }
        if layers.isEmpty {
            runner.logger.warning("No BN found in model")
        } else {
            try measure(try layers.map(Statistics.init), loader, runner)
        }
        runner.logger.info("Finish Precise BN, BN stats updated.")
    }

    /// A layer's statistics: as they were, and the sums of those of single batches.
    private final class Statistics {
        let running: RunningStatistics
        private let before: (mean: [Float], variance: [Float], batches: Int64)
        private var mean: [Float]
        private var variance: [Float]

        init(_ layer: BatchNorm2d) throws {
            running = layer.running
            before = (
                try running.mean.value.plainValues(), try running.variance.value.plainValues(),
                running.batchCount.value
            )
            mean = before.mean.map { _ in 0 }
            variance = mean
        }

        /// A frozen layer does not follow the batches and keeps what it has.
        var isTraining: Bool { running.batchCount.value != before.batches }

        func add(shareOf batches: Int) throws {
            let share = Float(batches)
            for (place, value) in try running.mean.value.plainValues().enumerated() {
                mean[place] += value / share
            }
            for (place, value) in try running.variance.value.plainValues().enumerated() {
                variance[place] += value / share
            }
        }

        func assignSums(_ runner: BaseRunner) throws {
            for (tensor, sums) in [
                (running.mean.value, mean), (running.variance.value, variance),
            ] {
                try tensor.assign(sums)
                if runner.worldSize > 1 { try runner.communicator.averageInPlace(tensor) }
            }
        }

        func restore() throws {
            try running.mean.value.assign(before.mean)
            try running.variance.value.assign(before.variance)
            running.batchCount.value = before.batches
        }
    }

    private func measure(
        _ layers: [Statistics], _ loader: any BatchSource, _ runner: BaseRunner
    ) throws {
        let (generator, position) = (runner.generator.state, loader.position)
        try loader.begin(epoch: runner.epoch)
        var count = 1
        var done = 0
        while done < count, let batch = try loader.next() {
            if runner.stopRequest.isRequested {
                // The hook takes its whole turn again when the run is resumed.
                for layer in layers { try layer.restore() }
                _ = runner.generator.restore(generator)
                try loader.restore(position)
                throw StopRequested()
            }
            if done == 0 { count = try batchCount(batchSize: batch.sampleCount, loader) }
            let context = runner.trainingContext(pass: done).replacingStatistics()
            _ = try runner.model.trainStep(batch, OptimizerSet([]), context)
            let training = layers.filter(\.isTraining)
            if done == 0 {
                runner.logger.info("\(training.count) BN found, run \(count) iters...")
            }
            for layer in training { try layer.add(shareOf: count) }
            done += 1
        }
        for layer in layers where layer.isTraining { try layer.assignSums(runner) }
    }

    private func batchCount(batchSize: Int, _ loader: any BatchSource) throws -> Int {
        let count = min(sampleCount / max(1, batchSize), loader.batchesPerEpoch)
        guard count > 0 else {
            throw RunnerError(
                "PreciseBNHook", "num_samples \(sampleCount) does not fill a batch of \(batchSize)",
                remedy: "raise it")
        }
        return count
    }
}
