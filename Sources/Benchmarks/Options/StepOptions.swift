import ArgumentParser

/// Which model a step is measured on, in which form, and against whom.
struct StepOptions: ParsableArguments {
    @Option(help: "A model with its batch: \(Preset.list). [default: \(Preset.standard.rawValue)]")
    var preset: Preset?
    @Option(help: "Another model, such as ResNet-34 or ResNet_CIFAR-50.")
    var model: ModelShape?
    @Option(
        name: [.customLong("batch"), .customLong("batch-size")],
        help: "Images of a batch; the preset's by default.")
    var batch: Int?
    @Option(help: "Height and width of the images; the preset's by default.")
    var size: Int?
    @Option(help: "fp32 or bf16.")
    var dtype = DataType.fp32

    func validate() throws {
        if preset != nil && model != nil {
            throw ValidationError("--preset and --model both name a model; give one of them")
        }
        if batch ?? 1 < 1 || size ?? 1 < 1 {
            throw ValidationError("--batch and --size must be at least 1")
        }
    }

    /// The step that the options mean.
    func workload(training: Bool) -> StepWorkload {
        let preset = model == nil ? self.preset ?? .standard : nil
        let model = model ?? preset?.model ?? Preset.standard.model
        return StepWorkload(
            isTraining: training, preset: preset, model: model,
            batch: batch ?? preset?.batch ?? model.usualBatch,
            size: size ?? preset?.size ?? model.usualSize, dataType: dtype)
    }
}
