public import ConfigCore
public import ImageData
public import NeuralNet

/// MMCV's name of `buildOptimizer`.
@available(*, unavailable, renamed: "buildOptimizer(_:_:at:registry:)")
public func build_optimizer(_ model: any Module, _ config: ConfigNode) -> Optimizer {
    fatalError("unavailable")
}

/// MMClassification's name of `buildDataset`.
@available(*, unavailable, renamed: "buildDataset(_:at:registries:)")
public func build_dataset(_ config: ConfigNode) -> any Dataset { fatalError("unavailable") }

/// MMClassification's name of `buildDataloader`.
@available(
    *, unavailable,
    renamed:
        "buildDataloader(_:samplesPerGPU:workersPerGPU:shuffle:generator:seed:dropLast:onCorrupt:)"
)
public func build_dataloader(
    _ dataset: any Dataset, _ samplesPerGPU: Int, _ workersPerGPU: Int
) -> DataLoader { fatalError("unavailable") }

/// MMCV's name of `buildFromConfig`.
@available(*, unavailable, renamed: "buildFromConfig(_:_:at:context:)")
public func build_from_cfg<Product>(_ config: ConfigNode, _ registry: Registry<Product>) -> Product
{
    fatalError("unavailable")
}

/// MMClassification's name of `initModel`.
@available(*, unavailable, renamed: "initModel(_:checkpoint:options:registries:)")
public func init_model(_ config: String, _ checkpoint: String) -> InferenceModel {
    fatalError("unavailable")
}

/// MMClassification's name of `inferenceModel`.
@available(*, unavailable, renamed: "inferenceModel(_:_:)")
public func inference_model(_ model: InferenceModel, _ image: String) -> Prediction {
    fatalError("unavailable")
}
