import ConfigCore
import Foundation
import Testing

@Suite("recorded cases") struct RecordedCaseTests {
    static let families = [
        "config_parse", "hook_order", "hook_trace", "lr_schedule_mmcv", "model_keys",
        "momentum_schedule_mmcv",
        "ops_numeric", "optimizer_steps", "optimizer_steps_more", "param_scheduler_mmengine",
        "pipeline_numeric", "pipeline_numeric_more", "png_decode", "pth_files", "resnet_train",
        "seeded_run",
        "train_loop_mmengine",
    ]

    @Test("pass", arguments: families)
    func pass(family: String) throws {
        let count = try OracleFixture(family).cases.count
        let outcome = CommandOutcome(["\(OracleFixture.folder)cases/\(family).json"])
        #expect(outcome.lines == ["\(count) passed, 0 failed"])
        #expect(outcome.exitCode == 0)
    }

    /// A checker that cannot fail proves nothing: every case fails once its expectation is wrong.
    @Test("fail where the expectation is wrong", arguments: families)
    func fail(family: String) throws {
        let fixture = try OracleFixture(family)
        // Cases of this kind pass whatever comes out.
        let either = fixture.cases.count { $0["ours"]?.string == "either" }
        try fixture.withWrongExpectations { path in
            let outcome = CommandOutcome([path])
            let failed = outcome.lines.filter { $0.hasPrefix("FAILED \(family): ") }.count
            #expect(failed == fixture.cases.count - either)
            #expect(outcome.lines.last == "\(either) passed, \(failed) failed")
            #expect(outcome.exitCode == 1)
        }
    }
}
