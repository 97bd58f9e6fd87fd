import MMRunner

/// A generator of points and a discriminator that step themselves; real points are class numbers.
final class PointGAN: TrainableModel {
    let generator: Linear
    let discriminator: Linear

    init(_ device: Device, _ draws: TorchGenerator) throws {
        generator = try Linear(1, 1, device: device, generator: draws)
        discriminator = try Linear(1, 1, device: device, generator: draws)
    }

    var members: Members {
        ["generator": .module(generator), "discriminator": .module(discriminator)]
    }

    func trainStep(_ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext) throws
        -> StepOutput
    {
        let labels = batch.array("gt_label")?.floats ?? []
        let shape = [labels.count, 1]
        var random = context.random.at("noise").stream()
        let noise = Variable(
            try context.device.tensor(labels.map { _ in Float(random.normal()) }, shape: shape))
        let real = Variable(try context.device.tensor(labels, shape: shape))
        var values: [(name: String, value: Double)] = []
        func step(
            _ name: String, _ point: (ForwardContext) throws -> Variable, _ target: Float
        ) throws {
            let tape = Tape()
            let context = context.recording(on: tape)
            let scores = try discriminator(point(context), context)
            let targets = Variable(try context.device.full(shape, target))
            let loss = try binaryCrossEntropy(withLogits: scores, targets, context)
            try optimizers[name]?.updateParameters(loss, on: tape)
            values.append(("loss_\(name)", Double(try loss.value.scalar())))
        }
        try step("discriminator", { _ in real }, 1)
        try step("generator", { try self.generator(noise, $0) }, 1)
        return StepOutput(loss: nil, logVariables: values, sampleCount: labels.count)
    }

    func validationStep(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput {
        StepOutput(loss: nil, logVariables: [], sampleCount: batch.sampleCount)
    }

    func predict(_ batch: Batch, _ context: ForwardContext) throws -> PlainTensor {
        PlainTensor([0] as [Float], shape: [1, 1])
    }

    /// The standard components and this model, in the style of MMEngine a constructor of its own.
    static var registries: Registries {
        var registries = Registries.standard()
        registries.models.classifiers.register("PointGAN") { reader, context in
            // It takes class numbers as they are.
            reader.ignore("data_preprocessor")
            return try PointGAN(context.value(Device.self), context.value(TorchGenerator.self))
        }
        registries.optimWrapperConstructors.register("PointGANConstructor") { _, _ in
            Constructor()
        }
        return registries
    }

    private struct Constructor: OptimWrapperConstructor {
        func wrappers(for model: any Module, _ builder: OptimWrapperBuilder) throws
            -> OptimizerSet
        {
            guard let model = model as? PointGAN else { return [:] }
            return [
                "generator": try builder.wrapper("generator", for: model.generator),
                "discriminator": try builder.wrapper("discriminator", for: model.discriminator),
            ]
        }
    }
}
