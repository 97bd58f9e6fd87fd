import MMRunner

// The model of MMEngine's "Runner and model" tutorial. Images and labels come as a tuple, which is spread
// over the parameters of `forward`.

final class MMResNet50: BaseModel {
    struct Input: BatchInput {
        let imgs: PlainTensor
        let labels: PlainTensor

        init(_ parts: BatchParts) throws {
            imgs = try parts.array("imgs", 0)
            labels = try parts.array("labels", 1)
        }
    }

    let resnet: ResNet
    let fc: Linear
    let dataPreprocessor: (any DataPreprocessor)?
    var members: Members { ["resnet": .module(resnet), "fc": .module(fc)] }

    init(
        classes: Int, channels: Int = 64, dataPreprocessor: (any DataPreprocessor)? = nil,
        _ device: Device, _ generator: TorchGenerator
    ) throws {
        var options = ResNetOptions(depth: .depth50)
        (options.stemChannels, options.baseChannels) = (channels, channels)
        resnet = try ResNet(options, device: device, generator: generator)
        fc = try Linear(32 * channels, classes, device: device, generator: generator)
        self.dataPreprocessor = dataPreprocessor
    }

    func forward(_ input: Input, mode: ForwardMode, _ context: ForwardContext) throws
        -> ForwardResult
    {
        let images = Variable(try context.device.tensor(input.imgs))
        let features = try GlobalAveragePooling()(resnet(images, context), context)
        let x = try fc(features[0], context)
        switch mode {
        case .loss:
            var losses = LossTerms()
            losses.add("loss", try CrossEntropyLoss()(x, ClassTargets(input.labels), context))
            return .losses(losses)
        case .predict:
            let scores = PlainTensor(try x.value.plainValues(), shape: x.shape)
            return .predictions(.tuple([.array(scores), .array(input.labels)]))
        case .tensor: return .tensor(x)
        }
    }
}

/// Mixes images and labels of training batches; the rest goes by untouched.
struct MixUpDataPreprocessor: DataPreprocessor {
    let numClass: Int
    let alpha: Double

    func callAsFunction(_ data: Batch, _ context: ForwardContext) throws -> Batch {
        // Only perform MixUp in training mode.
        guard context.mode == .training else { return data }
        guard case .array(let img) = data[0], case .array(let labels) = data[1] else {
            throw BatchError("MixUp: expected images and labels")
        }
        let label = try labels.oneHot(numClass)
        var random = context.random.at("MixUp").stream()
        let index = random.order(of: data.sampleCount)
        let lam = random.beta(alpha, alpha)
        let mixedImages = lam * img + (1 - lam) * img[rows: index]
        let mixedLabels = lam * label + (1 - lam) * label[rows: index]
        return Batch(
            .tuple([.array(mixedImages), .array(mixedLabels)]), sampleCount: data.sampleCount)
    }
}
