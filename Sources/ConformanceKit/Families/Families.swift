/// The families of oracle files that the program can run.
enum Families {
    /// All of them; where several would take a case, the first one does.
    static var all: [any CaseFamily] {
        [
            ConfigParse(), HookOrder(), HookTrace(), LRScheduleMMCV(), ModelKeys(),
            MomentumScheduleMMCV(),
            OpsNumeric(), OptimizerSteps(), ParamSchedulerMMEngine(), PipelineNumeric(),
            PNGDecode(), PTHFiles(), ResNetTrain(), SeededRun(), TrainLoopMMEngine(),
        ]
    }
}
