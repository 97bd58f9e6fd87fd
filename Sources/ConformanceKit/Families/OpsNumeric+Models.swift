internal import Classifiers
internal import ConfigCore
internal import NeuralNet
internal import TensorCore

extension OpsNumeric {
    /// The accuracy; `topk` and `thrs` are one number each, or several.
    static func accuracy(_ operands: Operands) throws -> Results {
        let arguments = operands.arguments
        try arguments.expectKeys("topk", "thrs", of: "accuracy")
        let topK = try arguments.field("topk")
        let thresholds = arguments["thrs"] ?? 0
        let labels = try operands.input.field("label").array().integers ?? []
        let shares = try Accuracy.topK(
            operands.input.field("score").array(), labels,
            topK.list == nil ? [topK.integer()] : topK.integers(),
            thresholds: thresholds.list == nil ? [thresholds.number()] : thresholds.numbers())
        let values = shares.flatMap(\.self)
        return ["value": PlainTensor(values, shape: [values.count])]
    }

    static func residualBlock(_ operands: Operands) throws -> Results {
        let arguments = operands.arguments
        try arguments.expectKeys(
            "type", "in_channels", "out_channels", "stride", "training", of: "residual_block")
        let block = try block(operands)
        let names = operands.input.entries.keys.filter { $0.contains(".") }
        try load(names, of: operands, into: block)
        let x = try operands.variable("x")
        let training = try arguments.given("training")?.flag() ?? true
        let y = try block(x, operands.context(training: training))
        var results = try operands.results(y, ["x": x])
        for (name, parameter) in block.namedParameters() {
            results["d\(name)"] = try parameter.gradient?.plainTensor()
        }
        let state = try block.stateDictionary()
        for name in state.names { results["\(name)_after"] = state[name] }
        return results
    }

    private static func block(_ operands: Operands) throws -> any Layer {
        let arguments = operands.arguments
        let inChannels = try arguments.field("in_channels").integer()
        let outChannels = try arguments.field("out_channels").integer()
        var options = BlockOptions()
        options.stride = try arguments.given("stride")?.integer() ?? 1
        let device = operands.device
        let generator = TorchGenerator(seed: 0)
        var downsample: Sequential?
        if operands.input["downsample.0.weight"] != nil {
            let window = Window(kernel: (1, 1), stride: (options.stride, options.stride))
            downsample = Sequential([
                try Conv2d(
                    inChannels, outChannels, window, bias: false, device: device,
                    generator: generator),
                try BatchNorm2d(outChannels, device: device),
            ])
        }
        switch try arguments.field("type").text() {
        case "BasicBlock":
            return try BasicBlock(
                inChannels: inChannels, outChannels: outChannels, options, downsample: downsample,
                device: device, generator: generator)
        case "Bottleneck":
            return try Bottleneck(
                inChannels: inChannels, outChannels: outChannels, options, downsample: downsample,
                device: device, generator: generator)
        case let type: throw UnknownOperation("residual_block of type \(type)")
        }
    }
}
