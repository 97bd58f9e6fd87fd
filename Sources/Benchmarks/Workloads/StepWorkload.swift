import Foundation

/// A training or evaluation step on random images.
struct StepWorkload {
    /// Forward, backward, and SGD with momentum; otherwise a forward pass to class probabilities.
    let isTraining: Bool
    /// The preset that named the model.
    let preset: Preset?
    let model: ModelShape
    /// Images of a batch.
    let batch: Int
    /// Height and width of the images.
    let size: Int
    let dataType: DataType

    /// What reports say about it.
    var work: Work {
        let name = isTraining ? "train-step" : "eval-step"
        let words =
            "\(model.name) with \(model.baseChannels) base channels, batch \(batch) of "
            + "3×\(size)×\(size), \(dataType.rawValue)"
        return Work(
            benchmark: name, title: "\(name) \(preset.map { "\($0.rawValue): " } ?? "")\(words)",
            fields: [
                "preset": preset?.rawValue ?? NSNull(), "model": model.name,
                "base_channels": model.baseChannels, "batch": batch, "size": size,
                "dtype": dataType.rawValue,
            ], amount: .images(batch))
    }
}
