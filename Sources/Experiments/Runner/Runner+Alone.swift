import Foundation
import Logging
import TrainingInterfaces
import WorkflowRunner

extension Runner {
    /// Prepares an evaluation without training: what it needs is built, then its logs begin, then weights
    /// are loaded.
    func beginAlone(_ phase: String) throws {
        _ = try (model, loader(phase), evaluator(phase))
        let runner = try evaluatingRunner()
        for case let hook as any VisualizerUser in runner.hooks {
            hook.visualizer = try visualizer
        }
        for case let hook as LoopLoggerHook in runner.hooks {
            hook.processor = try logProcessor
            hook.experimentName = experimentName
            hook.evaluatesAlone = awaited == nil
        }
        if let awaited { runner.epoch = awaited.epoch }
        if !hasBegunAlone {
            hasBegunAlone = true
            runner.logger.info(
                "Hooks will be executed in the following order:\n\(runner.hookTable)")
            try visualizer.addConfig(cfg)
            // The config of a training in the same folder stays; the test's own stands in its vis_data.
            if !FileManager.default.fileExists(atPath: dumpedConfigPath) { try dumpConfig() }
        }
        if let checkpointToTest {
            try active.loadCheckpoint(checkpointToTest, strict: true)
        } else {
            try loadOrResume()
        }
    }
}
