internal import ConfigCore

/// Momentum, and learning rates beside it, of every parameter group at every training iteration.
struct MomentumScheduleMMCV: CaseFamily {
    let name = "momentum_schedule_mmcv"

    func recognizes(_ item: OracleCase) -> Bool {
        item.input["momentum_config"] != nil && item.input["loader_lengths"] != nil
    }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        try ScheduledRun(item, context.device).judge()
    }
}
