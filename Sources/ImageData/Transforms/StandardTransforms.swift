public import ConfigCore

/// The transforms this package brings, by the names configs use.
public let standardTransforms: Registry<any Transform> = {
    var registry = Registry<any Transform>("transform")
    registry.register("LoadImageFromFile") { reader, _ in try LoadImageFromFile(from: &reader) }
    registry.register("RandomCrop") { reader, _ in try RandomCrop(from: &reader) }
    registry.register("RandomFlip") { reader, _ in try RandomFlip(from: &reader) }
    registry.register("Resize") { reader, _ in try Resize(from: &reader) }
    registry.register("CenterCrop") { reader, _ in try CenterCrop(from: &reader) }
    registry.register("Normalize") { reader, _ in try Normalize(from: &reader) }
    registry.register("ImageToTensor") { reader, _ in try ImageToTensor(from: &reader) }
    registry.register("ToTensor") { reader, _ in try ToTensor(from: &reader) }
    registry.register("Collect") { reader, _ in try Collect(from: &reader) }
    return registry
}()
