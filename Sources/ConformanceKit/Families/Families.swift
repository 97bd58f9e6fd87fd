/// The families of oracle files that the program can run.
enum Families {
    /// All of them; where several would take a case, the first one does.
    static var all: [any CaseFamily] { [
        OpsNumeric(), OptimizerSteps(), PNGDecode(), PipelineNumeric(), PTHFiles(),
        ModelKeys(), HookTrace(), TrainLoopMMEngine(), LRScheduleMMCV(), ResNetTrain(),
    ] }
}
