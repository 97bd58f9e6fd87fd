public import ConfigCore

/// The transforms this package brings, by the names configs use in either style.
public let standardTransforms: Registry<any Transform> = {
    var registry = Registry<any Transform>("transform")
    registry.register("LoadImageFromFile") { reader, _ in try LoadImageFromFile(from: &reader) }
    registry.register("Normalize") { reader, _ in try Normalize(from: &reader) }
    registerGeometry(in: &registry)
    registerColors(in: &registry)
    registerAugmentations(in: &registry)
    registerFormatting(in: &registry)
    registerGroups(in: &registry)
    return registry
}()

private func registerGeometry(in registry: inout Registry<any Transform>) {
    registry.register("Resize") { reader, _ in try Resize(from: &reader) }
    registry.register("ResizeEdge") { reader, _ in try Resize(edgeFrom: &reader) }
    registry.register("Pad") { reader, context in try Pad(from: &reader, context.pipelineStyle) }
    registry.register("CenterCrop") { reader, context in
        try CenterCrop(from: &reader, context.pipelineStyle)
    }
    registry.register("EfficientNetCenterCrop") { reader, _ in
        try CenterCrop(from: &reader, isEfficientNet: true)
    }
    registry.register("RandomCrop") { reader, _ in try RandomCrop(from: &reader) }
    registry.register("RandomResizedCrop") { reader, _ in try RandomResizedCrop(from: &reader) }
    registry.register("EfficientNetRandomCrop") { reader, _ in
        try RandomResizedCrop(from: &reader, isEfficientNet: true)
    }
    registry.register("RandomFlip") { reader, _ in try RandomFlip(from: &reader) }
    registry.register("RandomErasing") { reader, _ in try RandomErasing(from: &reader) }
}

private func registerColors(in registry: inout Registry<any Transform>) {
    registry.register("RandomGrayscale") { reader, _ in try RandomGrayscale(from: &reader) }
    registry.register("ColorJitter") { reader, context in
        let isRange =
            context.pipelineStyle == .new || reader.has("hue") || reader.has("backend")
        return isRange ? try ColorJitterRange(from: &reader) : try ColorJitter(from: &reader)
    }
    registry.register("Lighting") { reader, context in
        try Lighting(from: &reader, context.pipelineStyle)
    }
    registry.register(["Albu", "Albumentations"]) { reader, _ in
        throw reader.failure(
            "type",
            "Albumentations is a Python package and is not available; "
                + "use RandAugment, AutoAugment or the transforms of that kind")
    }
}

private func registerAugmentations(in registry: inout Registry<any Transform>) {
    for kind in WarpAugmentation.Kind.allCases {
        registry.register(kind.rawValue) { reader, _ in
            try WarpAugmentation(kind, from: &reader)
        }
    }
    for kind in ToneAugmentation.Kind.allCases {
        registry.register(kind.rawValue) { reader, _ in
            try ToneAugmentation(kind, from: &reader)
        }
    }
    registry.register("ColorTransform") { reader, _ in try ColorTransform(from: &reader) }
    registry.register("Sharpness") { reader, _ in try Sharpness(from: &reader) }
    registry.register("Cutout") { reader, _ in try Cutout(from: &reader) }
    registry.register("AutoAugment") { reader, context in try AutoAugment(from: &reader, context) }
    registry.register("RandAugment") { reader, context in try RandAugment(from: &reader, context) }
}

private func registerGroups(in registry: inout Registry<any Transform>) {
    registry.register("Compose") { reader, context in try Compose(from: &reader, context) }
    registry.register("RandomApply") { reader, context in try RandomApply(from: &reader, context) }
    registry.register("RandomChoice") { reader, context in
        try RandomChoice(from: &reader, context)
    }
}

private func registerFormatting(in registry: inout Registry<any Transform>) {
    registry.register("ImageToTensor") { reader, _ in try ImageToTensor(from: &reader) }
    registry.register("ToTensor") { reader, _ in try ToTensor(from: &reader) }
    registry.register("Collect") { reader, _ in try Collect(from: &reader) }
    registry.register("PackInputs") { reader, _ in try PackInputs(from: &reader) }
    registry.register("Transpose") { reader, _ in try Transpose(from: &reader) }
    registry.register("ToHalf") { reader, _ in try ToHalf(from: &reader) }
    registry.register("WrapFieldsToLists") { reader, _ in
        throw reader.failure(
            "type", "WrapFieldsToLists makes a list of one image, which no loader can batch",
            remedy: "leave it out")
    }
    registry.register(["ToPIL", "NumpyToPIL"]) { reader, _ in
        try ChannelOrder(toPillowFrom: &reader)
    }
    registry.register(["ToNumpy", "PILToNumpy"]) { reader, context in
        try ChannelOrder(fromPillowFrom: &reader, context.pipelineStyle)
    }
}
