import ConfigCore
import NeuralNet
import Synchronization
import TensorCore
import WorkflowRunner

/// What training left after each of its first iterations: a fingerprint of all parameters.
final class TrainingTrace: Sendable {
    /// The name of the hook that fills it.
    static let hookName = "TrainingTraceHook"
    private let prints = Mutex<[UInt64]>([])
    private let limit: Int

    /// A trace of so many iterations.
    init(limit: Int) { self.limit = limit }

    /// The fingerprints, one an iteration.
    var fingerprints: [UInt64] { prints.withLock { $0 } }

    /// Whether all iterations are there.
    var isComplete: Bool { fingerprints.count >= limit }

    /// Ends a run that has gone far enough.
    private struct Complete: Error {}

    private final class Recorder: AfterTrainIteration {
        private let trace: TrainingTrace

        init(_ trace: TrainingTrace) { self.trace = trace }

        func afterTrainIteration(_ runner: BaseRunner) throws {
            var print = UInt64(14_695_981_039_346_656_037)
            for (_, parameter) in runner.model.namedParameters() {
                for value in try parameter.value.plainValues() {
                    print = (print ^ UInt64(value.bitPattern)) &* 1_099_511_628_211
                }
            }
            trace.prints.withLock { $0.append(print) }
            if trace.isComplete { throw Complete() }
        }
    }

    /// Trains a config with the hook that fills the trace; nothing stays but the trace.
    func fill(
        _ config: LoadedConfig, _ options: TrainingOptions, _ registries: Registries
    ) throws {
        var registries = registries
        registries.hooks.register(Self.hookName) { [self] _, _ in Recorder(self) }
        var config = config
        let hook: ConfigNode = [
            "type": ConfigNode(.string(Self.hookName)), "priority": "LOWEST",
        ]
        let hooks = (config.root["custom_hooks"]?.list ?? []) + [hook]
        config.root = config.root.setting("custom_hooks", to: ConfigNode(.list(hooks)))
            .setting("log_level", to: "CRITICAL")
        do {
            try TrainingSession(config, options, registries).run()
        } catch {
            guard isComplete else { throw error }
        }
    }
}
