public import ConfigCore
import Foundation
import Logging
import TensorCore

/// Measures operations in the first epochs or iterations, and tells their times as a table or a trace.
///
/// Without `on_trace_ready` and `json_trace_path`, where the original measures for nothing, the table goes
/// to the log. Every iteration is a span named `ProfilerStep#N`.
/// Source: MMCV's `ProfilerHook`; MMEngine's has some keys under other names.
public final class ProfilerHook: BeforeRun, AfterTrainIteration, AfterTrainEpoch, AfterRun,
    PrioritizedHook
{
    /// Whether epochs count.
    public let byEpoch: Bool
    /// How many epochs or iterations are measured.
    public let count: Int
    private let schedule: ProfilerSchedule?
    private let handler: TraceHandler?
    private let recordsShapes: Bool
    private let tracePath: String?
    /// NORMAL, and VERY_LOW among MMEngine's hooks.
    public private(set) var defaultPriority = HookPriority.normal
    private var countKey = "profiler_config.profile_iters"
    private var isMeasuring = false
    private var recorder: OperationRecorder?
    private var firstEpoch = 0
    private var step = 0
    private var stepStart: UInt64 = 0

    /// A profiler.
    ///
    /// - Parameters:
    ///   - byEpoch: Whether epochs count.
    ///   - count: How many epochs or iterations are measured.
    ///   - schedule: Which iterations among them; nil takes all.
    ///   - handler: What is done with the times of each cycle.
    ///   - recordsShapes: Whether the trace tells the shapes of inputs.
    ///   - tracePath: A file for the trace of the last cycle.
    public init(
        byEpoch: Bool = true, count: Int = 1, schedule: ProfilerSchedule? = nil,
        handler: TraceHandler? = nil, recordsShapes: Bool = false, tracePath: String? = nil
    ) {
        self.byEpoch = byEpoch
        self.count = count
        self.schedule = schedule
        self.handler = handler ?? (tracePath == nil ? .log(.init()) : nil)
        self.recordsShapes = recordsShapes
        self.tracePath = tracePath
    }

    /// Reads the settings as `profiler_config` names them.
    public convenience init(from reader: inout ConfigReader) throws {
        let count = try reader.value("profile_iters", default: 1)
        guard count > 0 else {
            throw reader.failure("profile_iters", "expected a positive number, got \(count)")
        }
        for activity in try reader.value("activities", default: ["cpu", "cuda"])
        where !["cpu", "cuda"].contains(activity.lowercased()) {
            throw reader.failure(
                "activities", "\"\(activity)\" is not a known activity", remedy: "known: cpu, cuda")
        }
        try self.init(&reader, count: count, countKey: "profiler_config.profile_iters")
    }

    /// Reads the settings as MMEngine's `ProfilerHook` names them.
    convenience init(fromLoopConfig reader: inout ConfigReader) throws {
        let count = try reader.value("profile_times", default: 1)
        guard count > 0 else {
            throw reader.failure("profile_times", "expected a positive number, got \(count)")
        }
        guard try reader.value("activity_with_cpu", default: true) else {
            throw reader.failure(
                "activity_with_cpu", "without it there is nothing to measure",
                remedy: "remove it, or the hook")
        }
        // There is no graphics processor to watch.
        reader.ignore("activity_with_cuda")
        try self.init(&reader, count: count, countKey: reader.path(to: "profile_times"))
        defaultPriority = .veryLow
    }

    private convenience init(
        _ reader: inout ConfigReader, count: Int, countKey: String
    ) throws {
        for key in ["profile_memory", "with_stack", "with_flops"]
        where try reader.value(key, default: false) {
            throw reader.failure(key, "not supported", remedy: "remove it")
        }
        self.init(
            byEpoch: try reader.value("by_epoch", default: true), count: count,
            schedule: try reader.nested("schedule") { try ProfilerSchedule(from: &$0) },
            handler: try TraceHandler.read("on_trace_ready", from: &reader),
            recordsShapes: try reader.value("record_shapes", default: false),
            tracePath: try reader.optional("json_trace_path"))
        self.countKey = countKey
    }

    /// Begins to measure.
    public func beforeRun(_ runner: BaseRunner) throws {
        guard runner.rank == 0 else { return }
        try checkLimit(runner)
        try handler?.announce(runner)
        firstEpoch = runner.epoch
        step = 0
        isMeasuring = true
        runner.logger.info("profiler is profiling...")
        beginStep(runner)
    }

    private func checkLimit(_ runner: BaseRunner) throws {
        guard let limit = byEpoch ? runner.maxEpochs : runner.maxIterations else {
            throw RunnerError(
                "profiler_config.by_epoch", "the run does not count epochs",
                remedy: "set by_epoch=False")
        }
        guard count <= limit else {
            throw RunnerError(
                countKey,
                "\(count) \(byEpoch ? "epochs" : "iterations") cannot be measured in a run of \(limit)"
            )
        }
        if byEpoch && count > 1 {
            runner.logger.warning(
                "the profiler measures \(count) epochs, which keeps the times of all their operations in memory; one epoch or a schedule is enough to learn from"
            )
        }
    }

    /// Ends the step, and the measuring where iterations count.
    public func afterTrainIteration(_ runner: BaseRunner) throws {
        guard isMeasuring else { return }
        recorder?.add("ProfilerStep#\(step)", .phase, from: stepStart)
        let isTold = schedule?.action(at: step) == .recordAndTell
        step += 1
        if isTold { try tell(runner) }
        if !byEpoch && step >= count { return try finish(runner) }
        beginStep(runner)
    }

    /// Ends the measuring where epochs count.
    public func afterTrainEpoch(_ runner: BaseRunner) throws {
        if isMeasuring, byEpoch, runner.epoch + 1 - firstEpoch >= count { try finish(runner) }
    }

    /// Ends the measuring of a run that is over sooner.
    public func afterRun(_ runner: BaseRunner) throws {
        if isMeasuring { try finish(runner) }
    }

    private func beginStep(_ runner: BaseRunner) {
        stepStart = OperationRecorder.now
        if schedule?.action(at: step) == .skip {
            recorder = nil
        } else if recorder == nil {
            recorder = OperationRecorder(recordsShapes: recordsShapes)
        }
        runner.device.recorder = recorder
    }

    private func finish(_ runner: BaseRunner) throws {
        isMeasuring = false
        try tell(runner)
    }

    /// Tells what was measured since the last time.
    private func tell(_ runner: BaseRunner) throws {
        runner.device.recorder = nil
        guard let spans = recorder?.spans, !spans.isEmpty else { return }
        recorder = nil
        try handler?.tell(spans, runner)
        guard let tracePath else { return }
        try ChromeTrace.write(spans, to: tracePath)
        runner.logger.info("the trace of the profiler was saved to \(tracePath)")
    }
}
