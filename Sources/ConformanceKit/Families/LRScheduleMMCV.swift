internal import ConfigCore

/// Learning rates of every parameter group at every training iteration.
struct LRScheduleMMCV: CaseFamily {
    let name = "lr_schedule_mmcv"

    func recognizes(_ item: OracleCase) -> Bool {
        item.input["lr_config"] != nil && item.input["momentum_config"] == nil
            && item.input["loader_lengths"] != nil
    }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        try ScheduledRun(item, context.device).judge()
    }
}
